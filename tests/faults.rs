//! What goes wrong around a desk, through its public API: a store that fails or does not say, callers
//! who go away, hosts that race, die or lag behind.

#[path = "faults/bank.rs"]
mod bank;
#[path = "faults/commands.rs"]
mod commands;
#[path = "faults/hosts.rs"]
mod hosts;
#[path = "faults/queues.rs"]
mod queues;
#[path = "faults/racers.rs"]
mod racers;
