//! Delta debugging: the fewest of many things that still fail together.

/// Removes items, in large parts first, until no single one can be removed: the algorithm ddmin of Zeller & Hildebrandt
/// 2002 ("Simplifying and isolating failure-inducing input", IEEE TSE 28(2), figure 4), which goes on behind a part that it
/// has removed instead of beginning anew.
///
/// `fails` says whether some of the items, in their order, still fail; all of them do. The result is 1-minimal: it fails,
/// and it does not without any one of its items, if `fails` answers the same question alike.
///
/// # Errors
///
/// The first error of `fails`.
///
/// ```
/// use acdsim::shrink::ddmin;
///
/// let needs_3_and_70 = |items: &[u32]| Ok::<_, ()>(items.contains(&3) && items.contains(&70));
/// assert_eq!(ddmin((0..100).collect(), needs_3_and_70), Ok(vec![3, 70]));
/// ```
pub fn ddmin<T: Clone, E>(items: Vec<T>, mut fails: impl FnMut(&[T]) -> Result<bool, E>) -> Result<Vec<T>, E> {
    if items.is_empty() || fails(&[])? {
        return Ok(Vec::new());
    }
    let mut items = items;
    let mut parts = 2;
    while items.len() >= 2 {
        let length = items.len().div_ceil(parts);
        if let Some(part) = failing_part(&items, length, &mut fails)? {
            items = part;
            parts = 2;
            continue;
        }
        // Of two parts, each is what is left without the other.
        let before = items.len();
        if items.len() > 2 * length {
            items = without_parts(items, length, &mut fails)?;
        }
        if items.len() < before {
            // The same length of a part as before.
            parts = items.len().div_ceil(length).max(2);
        } else if length == 1 {
            break;
        } else {
            parts = items.len().div_ceil(length.div_ceil(2));
        }
    }
    Ok(items)
}

/// The first part of this length that fails on its own.
fn failing_part<T: Clone, E>(
    items: &[T],
    length: usize,
    fails: &mut impl FnMut(&[T]) -> Result<bool, E>,
) -> Result<Option<Vec<T>>, E> {
    for part in items.chunks(length) {
        if fails(part)? {
            return Ok(Some(part.to_vec()));
        }
    }
    Ok(None)
}

/// The items without the parts of this length that are not needed, each looked at once.
fn without_parts<T: Clone, E>(
    mut items: Vec<T>,
    length: usize,
    fails: &mut impl FnMut(&[T]) -> Result<bool, E>,
) -> Result<Vec<T>, E> {
    let mut from = 0;
    while from < items.len() {
        let to = (from + length).min(items.len());
        let rest = [&items[..from], &items[to..]].concat();
        if !rest.is_empty() && fails(&rest)? {
            items = rest;
        } else {
            from = to;
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Fails if it has all of one of the sets.
    fn has_one_of(sets: &[BTreeSet<u8>]) -> impl Fn(&[u8]) -> bool {
        move |items| sets.iter().any(|set| set.iter().all(|item| items.contains(item)))
    }

    fn minimal(items: Vec<u8>, fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        ddmin(items, |items| Ok::<_, ()>(fails(items))).expect("nothing goes wrong")
    }

    proptest! {
        #[test]
        fn the_result_is_1_minimal_and_in_order(
            sets in prop::collection::vec(prop::collection::btree_set(0..60_u8, 0..6), 1..4),
            first_is_special: bool,
        ) {
            // Not monotone: with the first item some sets do not fail, so that removing items may begin to fail.
            let has = has_one_of(&sets);
            let fails = |items: &[u8]| has(items) && !(first_is_special && items.len() == 30 && items[0] == 0);
            let result = minimal((0..60).collect(), fails);
            prop_assert!(fails(&result));
            prop_assert!(result.is_sorted());
            for index in 0..result.len() {
                let mut less = result.clone();
                less.remove(index);
                prop_assert!(!fails(&less), "{:?} without {}", result, result[index]);
            }
        }

        #[test]
        fn one_set_is_found_exactly(set in prop::collection::btree_set(0..200_u8, 0..9), more in 0..50_u8) {
            let result = minimal((0..200 + more).collect(), has_one_of(std::slice::from_ref(&set)));
            prop_assert_eq!(result, set.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn few_of_many_take_few_runs() {
        let mut runs = 0;
        let result = ddmin((0..10_000_u32).collect(), |items| {
            runs += 1;
            Ok::<_, ()>(items.contains(&4_711) && items.contains(&4_720))
        });
        assert_eq!(result, Ok(vec![4_711, 4_720]));
        assert!(runs < 150, "{runs}");
    }

    #[test]
    fn what_fails_without_anything_needs_nothing() {
        assert_eq!(minimal(vec![1, 2, 3], |_| true), Vec::<u8>::new());
        assert_eq!(minimal(vec![], |_| panic!("there is nothing to try")), Vec::<u8>::new());
        assert_eq!(minimal(vec![1], |items| !items.is_empty()), [1]);
    }

    #[test]
    fn an_error_ends_it() {
        assert_eq!(
            ddmin(vec![1, 2], |items: &[i32]| if items.len() == 1 { Err("stop") } else { Ok(false) }),
            Err("stop")
        );
    }
}
