//! The statements of this room.

mod deliveries;
mod feed;
mod webhooks;

pub(super) use self::deliveries::{
    Delivery, Due, Errand, Noted, Tried, deliveries, disable, due, lease, note, plan, purge,
    release, renew, standing,
};
pub(super) use self::feed::{LISTEN, LISTEN_LEASES, Piece, after, head, number, waiting, whole};
pub(super) use self::webhooks::{
    NewWebhook, Replay, Webhook, delete, enable, insert, list, replay, request, rotate,
};
