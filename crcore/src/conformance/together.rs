//! Many futures at once, on no runtime in particular.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use crate::conformance::{Broken, Harness};

/// Something to be run beside others.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs all of these to their end within the caller's own task, by turns.
pub async fn by_turns(mut tasks: Vec<Task>) {
    poll_fn(|context| {
        tasks.retain_mut(|task| task.as_mut().poll(context).is_pending());
        if tasks.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

/// Runs all of these as the harness runs tasks; their answers, in the order of the futures.
pub(super) async fn race<T: Send + 'static>(
    on: &dyn Harness,
    futures: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Result<Vec<T>, Broken> {
    let answers = Arc::new(Mutex::new(Vec::new()));
    let mut tasks: Vec<Task> = Vec::new();
    for (nth, future) in futures.into_iter().enumerate() {
        let answers = Arc::clone(&answers);
        tasks.push(Box::pin(async move {
            let answer = future.await;
            let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
            answers.push((nth, answer));
        }));
    }
    let count = tasks.len();
    on.run_all(tasks).await;
    let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
    if answers.len() < count {
        let what = format!("{} of {count} tasks came to an end", answers.len());
        return Err(Broken::new(what));
    }
    answers.sort_by_key(|(nth, _)| *nth);
    Ok(answers.drain(..).map(|(_, answer)| answer).collect())
}

/// Lets others have a turn.
pub(crate) async fn turn() {
    let mut had = false;
    poll_fn(|context| {
        if had {
            return Poll::Ready(());
        }
        had = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Polls `future` so many times at most and then drops it; its answer if it came by then.
pub(super) async fn drop_after<T>(polls: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut left = polls;
    let mut future = pin!(future);
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
