//! Two banks in one database.

use crate::conformance::check::{land, same};
use crate::conformance::everything::Everything;
use crate::conformance::fixture::Scene;
use crate::conformance::picture::Watch;
use crate::conformance::{Harness, Outcome, Verdict};

/// No read and no write of one tenant touches another, though both use the same ids, references,
/// keys and queues.
pub async fn tenants_are_apart(on: &dyn Harness) -> Verdict {
    let one = on.open("one").await?;
    let two = on.open("two").await?;
    let mut scene = Scene::new(37)?;
    let Everything { base, change, .. } = Everything::new(&mut scene)?;
    let watch = Watch::of([&base, &change]);
    let nothing = watch.picture(&*two).await?;
    land(&*one, std::slice::from_ref(&base)).await?;
    let first = watch.picture(&*one).await?;
    let second = watch.picture(&*two).await?;
    second.must_be(&nothing).map_err(|b| b.within("a read"))?;

    land(&*two, std::slice::from_ref(&base)).await?;
    let second = watch.picture(&*two).await?;
    second
        .must_be(&first)
        .map_err(|b| b.within("the same rows"))?;
    land(&*two, &[change]).await?;
    two.tidy(scene.now() + chrono::TimeDelta::days(9), 1_000)
        .await?;
    let after = watch.picture(&*one).await?;
    after.must_be(&first).map_err(|b| b.within("a write"))?;
    let heads = (one.head().await?, two.head().await?);
    same("heads differ", &(heads.0 != heads.1), &true)?;
    Ok(Outcome::Kept)
}
