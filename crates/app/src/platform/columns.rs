//! How instants and days stand in a column: an instant as its microseconds, a day as its ISO text, alike on both databases.

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, StringLen, Value, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable};

use super::clock::{Day, Instant};

macro_rules! column {
    ($type:ty, $stored:ty, $column:expr, $array:expr, $to:expr, $from:expr) => {
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Value::from(($to)(value))
            }
        }
        impl TryGetable for $type {
            fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
                let stored = <$stored>::try_get_by(row, index)?;
                ($from)(stored).map_err(|err: String| TryGetError::DbErr(DbErr::Type(err)))
            }
        }
        impl ValueType for $type {
            fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
                let stored = <$stored as ValueType>::try_from(value)?;
                ($from)(stored).map_err(|_: String| ValueTypeErr)
            }
            fn type_name() -> String {
                stringify!($type).to_owned()
            }
            fn array_type() -> ArrayType {
                $array
            }
            fn column_type() -> ColumnType {
                $column
            }
        }
        impl Nullable for $type {
            fn null() -> Value {
                <$stored as Nullable>::null()
            }
        }
    };
}

column!(Instant, i64, ColumnType::BigInteger, ArrayType::BigInt, Instant::as_micros, |micros| Ok(
    Instant::from_micros(micros)
));
column!(
    Day,
    String,
    ColumnType::String(StringLen::None),
    ArrayType::String,
    |day: Day| day.to_string(),
    |text: String| { text.parse::<Day>().map_err(|err| err.to_string()) }
);
