//! One list of laws, from which come tests and tables.

macro_rules! law_table {
    (; $($law:ident)*) => {
        &[$($crate::conformance::Law {
            name: stringify!($law),
            judge: |on| Box::pin($crate::conformance::laws::$law(on)),
        }),*]
    };
}

/// Hands the names of all laws of a store to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! each_store_law {
    ([$($with:tt)*] $($more:tt)*) => {
        $($with)*! { $($more)*;
            a_change_set_lands_whole
            a_conflict_in_any_part_lets_nothing_land
            half_a_change_set_never_lands
            neighbours_in_one_call_are_independent
            one_of_sixteen_racers_wins
            a_dropped_commit_lands_whole_or_not_at_all
            dropped_reads_break_nothing

            every_field_comes_back
            any_text_comes_back
            a_text_with_u0000_is_refused
            texts_are_told_apart_bytewise
            instants_come_back_to_the_microsecond
            a_ticket_is_the_fold_of_its_events
            what_was_committed_is_there_after_opening_again

            eight_writers_share_eight_places
            releases_never_conflict
            a_load_is_the_sum_over_open_assignments
            an_edit_of_capacity_counts_at_once
            candidates_are_those_who_waited_longest
            agents_are_listed_page_by_page
            a_queue_marked_anew_stays_marked

            a_reference_is_taken_once
            an_idempotency_key_answers_once

            a_record_changes_at_the_version_it_was_read_at
            racers_for_a_record_lose_no_change
            records_stand_in_the_order_of_their_bytes
            expired_records_are_tidied_away
            a_record_lands_with_its_ticket_or_not_at_all
            a_record_has_its_bounds

            the_feed_is_dense_and_chained
            the_feed_skips_nothing

            every_filter_agrees_with_its_definition
            pages_are_stable_while_others_change
            totals_are_exact_up_to_their_bound

            the_longest_overdue_is_due_first
            hosts_start_at_different_places
            a_notice_is_owed_until_it_is_settled
            two_hosts_lease_each_notice_once
            a_late_sender_settles_nothing
            notices_are_found_by_what_they_are

            erased_words_never_come_back
            blobs_are_known_while_words_describe_them
            a_forgotten_customer_is_gone
            rules_are_kept_as_first_written

            tenants_are_apart
            random_operations_answer_as_in_memory
        }
    };
}

/// Hands the names of all laws of [`Blobs`](crate::Blobs) to another macro.
#[doc(hidden)]
#[macro_export]
macro_rules! each_blob_law {
    ([$($with:tt)*] $($more:tt)*) => {
        $($with)*! { $($more)*;
            bytes_come_back
            equal_bytes_are_kept_once
            what_was_put_anew_is_not_removed
            blobs_are_listed_page_by_page
        }
    };
}

/// Expands to a module with one test per law of a store, so that a failure reads as
/// `sqlite_file::half_a_change_set_never_lands`.
///
/// The expression makes a fresh [`Harness`](crate::conformance::Harness): `Some(harness)`, or `None`
/// where this store is not to be had here, which is then said. It may `.await`. The tests run on tokio
/// with several threads, so the calling crate needs tokio with `macros` and `rt-multi-thread`.
///
/// ```ignore
/// crcore::store_laws!(sqlite_file, Some(SqliteFile::new().await));
/// ```
#[macro_export]
macro_rules! store_laws {
    ($name:ident, $harness:expr) => {
        $crate::each_store_law!([$crate::law_tests] $name, $harness);
    };
}

/// Expands to a module with one test per law of [`Blobs`](crate::Blobs), as
/// [`store_laws`](crate::store_laws) does for stores.
#[macro_export]
macro_rules! blob_laws {
    ($name:ident, $harness:expr) => {
        $crate::each_blob_law!([$crate::law_tests] $name, $harness);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! law_tests {
    ($name:ident, $harness:expr; $($law:ident)*) => {
        mod $name {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread")]
                async fn $law() {
                    use $crate::conformance::{Outcome, laws, say_not_run};
                    let Some(harness) = $harness else {
                        say_not_run(stringify!($law), stringify!($name), "is not to be had here");
                        return;
                    };
                    match laws::$law(&harness).await {
                        Ok(Outcome::Kept) => {}
                        Ok(Outcome::NotRun(why)) => {
                            say_not_run(stringify!($law), stringify!($name), why);
                        }
                        Err(broken) => panic!("{broken}"),
                    }
                }
            )*
        }
    };
}
