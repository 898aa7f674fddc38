//! A write transaction beside the door.
//@ error[E0624]: method `begin_write` is private

use stairgate::platform::house::House;

pub async fn begun(house: &House) {
    let _tx = house.store.begin_write().await;
}
