//! Writes a backup from one snapshot: table by table, page by page by primary key, so that memory stays small however large the
//! data are. A stream that is not finished cannot be opened as whole, so a failure half-way leaves nothing that could be mistaken.

use std::io::{self, Write};

use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, Value};
use sea_orm_migration::MigratorTrait;
use sha2::{Digest, Sha256};

use super::super::clock::Instant;
use super::super::error::{Error, Result};
use super::super::ids::hex;
use super::super::keys::MasterKey;
use super::super::sealed_stream::SealWriter;
use super::form::{self, FORM, Header, Line};
use super::shape::{self, Table};
use super::{Summary, restoring};

/// Rows that are held in memory at a time.
const PAGE: u64 = 200;
/// The purpose for which the sealing key is derived. Stable: another word would lose every backup.
pub(super) const PURPOSE: &str = "backup";

/// Writes everything that `snapshot` sees.
pub(super) async fn write<M: MigratorTrait>(
    snapshot: &impl ConnectionTrait,
    master: &MasterKey,
    now: Instant,
    mut out: impl Write,
) -> Result<Summary> {
    let schema = shape::applied::<M>(snapshot).await?;
    restoring::refuse_newer::<M>(&schema, "These data were last used")?;
    if schema.is_empty() {
        return Err(Error::Internal(
            "This database holds no data of Stairgate. Nothing was written. Check the configured database.".to_owned(),
        ));
    }
    let tables = shape::after::<M>(schema.len()).await?;
    let header = Header {
        form: FORM,
        product: env!("CARGO_PKG_VERSION").to_owned(),
        schema,
        made_at: now,
        database: if snapshot.get_database_backend() == DbBackend::Sqlite { "SQLite" } else { "PostgreSQL" }.to_owned(),
        key: master.fingerprint(),
    };
    out.write_all(form::greeting(&header.key).as_bytes()).map_err(|err| unwritten(&err))?;
    let mut sheet = Sheet::new(SealWriter::new(&master.derive(PURPOSE), out).map_err(|err| unwritten(&err))?);
    sheet.line(&Line::Header(header.clone()))?;
    let mut counts = Vec::with_capacity(tables.len());
    for table in &tables {
        counts.push((table.name.clone(), write_table(snapshot, table, &mut sheet).await?));
    }
    let digest = sheet.finish(counts.iter().map(|(_, rows)| rows).sum())?;
    Ok(Summary {
        made_at: now,
        product: header.product,
        schema: header.schema,
        database: header.database,
        tables: counts,
        digest,
    })
}

/// What to say when the backup's own disk fails; the data are never touched by a backup.
pub(super) fn unwritten(cause: &io::Error) -> Error {
    if cause.kind() == io::ErrorKind::StorageFull {
        return Error::Internal("There is no room left for the backup. The data are as they were. Make room, or choose another disk, then try again.".to_owned());
    }
    Error::Internal(format!(
        "The backup could not be written ({cause}). The data are as they were. Check the place for the backup, then try again."
    ))
}

async fn write_table<W: Write>(snapshot: &impl ConnectionTrait, table: &Table, sheet: &mut Sheet<W>) -> Result<u64> {
    sheet.line(&Line::Table { name: table.name.clone(), columns: table.columns.clone() })?;
    let (mut rows, mut last) = (0, None);
    loop {
        let page = snapshot.query_all(&page_after(table, last.as_deref())).await?;
        for row in &page {
            let values: Vec<Value> = table
                .columns
                .iter()
                .enumerate()
                .map(|(index, column)| column.kind.take(row, index))
                .collect::<Result<_, _>>()?;
            sheet.row(&values)?;
            last = Some(table.key.iter().map(|index| values[*index].clone()).collect::<Vec<_>>());
        }
        rows += page.len() as u64;
        if (page.len() as u64) < PAGE {
            break;
        }
    }
    sheet.line(&Line::End { table: table.name.clone(), rows })?;
    Ok(rows)
}

/// The rows whose key comes after `last`, in the key's order.
fn page_after(table: &Table, last: Option<&[Value]>) -> SelectStatement {
    let mut select = Query::select();
    select
        .columns(table.columns.iter().map(|column| Alias::new(&column.name)))
        .from(Alias::new(&table.name))
        .limit(PAGE);
    let key = || table.key.iter().map(|index| Alias::new(&table.columns[*index].name));
    for column in key() {
        select.order_by(column, Order::Asc);
    }
    if let Some(last) = last {
        select.and_where(Expr::tuple(key().map(Expr::col)).gt(Expr::tuple(last.iter().cloned().map(Expr::val))));
    }
    select
}

/// Lines into a sealed stream, counted and hashed.
struct Sheet<W: Write> {
    out: SealWriter<W>,
    content: Sha256,
}

impl<W: Write> Sheet<W> {
    fn new(out: SealWriter<W>) -> Self {
        Self { out, content: Sha256::new() }
    }

    fn line(&mut self, line: &Line) -> Result<()> {
        self.write(serde_json::to_vec(line).map_err(|err| Error::internal("backup", err))?)
    }

    fn row(&mut self, values: &[Value]) -> Result<()> {
        let row: Option<Vec<_>> = values.iter().map(form::written).collect();
        let row = row.ok_or_else(|| Error::Internal("A column has a type that a backup cannot hold.".to_owned()))?;
        self.write(serde_json::to_vec(&row).map_err(|err| Error::internal("backup", err))?)
    }

    fn write(&mut self, mut bytes: Vec<u8>) -> Result<()> {
        bytes.push(b'\n');
        self.content.update(&bytes);
        self.out.write_all(&bytes).map_err(|err| unwritten(&err))
    }

    fn finish(mut self, rows: u64) -> Result<String> {
        let sha256 = hex(&self.content.clone().finalize());
        self.line(&Line::Whole { rows, sha256: sha256.clone() })?;
        self.out.finish().map_err(|err| unwritten(&err))?;
        Ok(sha256)
    }
}
