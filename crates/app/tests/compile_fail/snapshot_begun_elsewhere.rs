//! A snapshot beside the door.
//@ error[E0624]: method `begin_read` is private

use stairgate::platform::house::House;

pub async fn begun(house: &House) {
    let _tx = house.store.begin_read().await;
}
