//! Enumerators and collections: IEnumAgentSession and its likes, and ITCollection.
//!
//! Both are snapshots of what was current when they were made. Neither changes when something comes or goes afterwards, and
//! what they hold stays usable as long as its handler has it: a session that has ended since is still in them, and says so.
//! The difference is in their use and in their lives. An [`Enumerator`] is for C and C++: it has a position, is walked
//! through once unless it is [reset](Enumerator::reset), and a [copy](Enumerator::clone) goes on from the same position on its
//! own. A [`Collection`] is for Automation: it has no position, is indexed from 1 any number of times, and hands out
//! enumerators that begin at its first element and outlive it.

use std::sync::Arc;

use super::HResult;

/// An enumerator: IEnumAgentHandler, IEnumACDGroup, IEnumQueue, IEnumAgentSession, IEnumAddress.
///
/// ```
/// use acdsim::acd::tapi3::{Collection, HResult};
///
/// let mut all = Collection::new(vec!["Ann", "Bob", "Cleo"]).new_enum();
/// assert_eq!(all.next(2), (HResult::S_OK, vec!["Ann", "Bob"]));
/// assert_eq!(all.next(2), (HResult::S_FALSE, vec!["Cleo"]));
/// all.reset();
/// assert_eq!(all.skip(1), HResult::S_OK);
/// assert_eq!(all.next(1), (HResult::S_OK, vec!["Bob"]));
/// ```
#[derive(Clone, Debug)]
pub struct Enumerator<T> {
    elements: Arc<[T]>,
    position: usize,
}

impl<T: Clone> Enumerator<T> {
    /// An enumerator of these, at the first.
    pub fn new(elements: Vec<T>) -> Self {
        Enumerator { elements: elements.into(), position: 0 }
    }

    /// Next: the `celt` elements that follow. S_OK if there were so many, S_FALSE if there were fewer.
    pub fn next(&mut self, celt: u32) -> (HResult, Vec<T>) {
        let rest = &self.elements[self.position..];
        let fetched = &rest[..rest.len().min(celt as usize)];
        self.position += fetched.len();
        (if fetched.len() == celt as usize { HResult::S_OK } else { HResult::S_FALSE }, fetched.to_vec())
    }

    /// Next as COM has it: the elements and their number go to where the caller says. E_POINTER without a place for the
    /// elements, and without one for the number unless `celt` is 1; then nothing is fetched.
    pub fn next_into(&mut self, celt: u32, elements: Option<&mut Vec<T>>, fetched: Option<&mut u32>) -> HResult {
        let Some(elements) = elements.filter(|_| fetched.is_some() || celt == 1) else {
            return HResult::E_POINTER;
        };
        let (result, next) = self.next(celt);
        if let Some(fetched) = fetched {
            *fetched = next.len() as u32;
        }
        *elements = next;
        result
    }

    /// Reset: back to the first element.
    pub fn reset(&mut self) -> HResult {
        self.position = 0;
        HResult::S_OK
    }

    /// Skip: passes over `celt` elements. S_OK if there were so many, S_FALSE if there were fewer.
    pub fn skip(&mut self, celt: u32) -> HResult {
        let left = self.elements.len() - self.position;
        self.position += left.min(celt as usize);
        if left >= celt as usize { HResult::S_OK } else { HResult::S_FALSE }
    }
}

/// A collection: ITCollection.
#[derive(Clone, Debug)]
pub struct Collection<T> {
    elements: Arc<[T]>,
}

impl<T: Clone> Collection<T> {
    /// A collection of these.
    pub fn new(elements: Vec<T>) -> Self {
        Collection { elements: elements.into() }
    }

    /// Count: how many there are.
    pub fn count(&self) -> i32 {
        self.elements.len() as i32
    }

    /// Item: the element of this index, from 1, as Automation counts.
    ///
    /// # Errors
    ///
    /// [`HResult::E_INVALIDARG`] for an index that there is not.
    pub fn item(&self, index: i32) -> Result<T, HResult> {
        let element = usize::try_from(index).ok().and_then(|index| index.checked_sub(1));
        element.and_then(|element| self.elements.get(element)).cloned().ok_or(HResult::E_INVALIDARG)
    }

    /// _NewEnum: an enumerator of the elements, at the first.
    pub fn new_enum(&self) -> Enumerator<T> {
        Enumerator { elements: Arc::clone(&self.elements), position: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fetched_is_s_ok_and_what_is_short_s_false() {
        let mut all = Enumerator::new(vec![1, 2, 3]);
        assert_eq!(all.next(0), (HResult::S_OK, vec![]));
        assert_eq!(all.next(2), (HResult::S_OK, vec![1, 2]));
        let mut copy = all.clone();
        assert_eq!(all.next(2), (HResult::S_FALSE, vec![3]));
        assert_eq!(all.next(1), (HResult::S_FALSE, vec![]));
        assert_eq!(copy.next(1), (HResult::S_OK, vec![3]), "a copy has a position of its own");
        assert_eq!(all.skip(1), HResult::S_FALSE);
        assert_eq!(all.reset(), HResult::S_OK);
        assert_eq!((all.skip(2), all.next(1)), (HResult::S_OK, (HResult::S_OK, vec![3])));
        assert_eq!((all.reset(), all.skip(3), all.skip(1)), (HResult::S_OK, HResult::S_OK, HResult::S_FALSE));
    }

    #[test]
    fn where_pointers_have_to_be() {
        let mut all = Enumerator::new(vec![1, 2, 3]);
        let (mut elements, mut fetched) = (Vec::new(), 9);
        assert_eq!(all.next_into(1, None, Some(&mut fetched)), HResult::E_POINTER);
        assert_eq!(all.next_into(2, Some(&mut elements), None), HResult::E_POINTER);
        assert_eq!((fetched, elements.len()), (9, 0), "nothing was fetched");
        assert_eq!(all.next_into(1, Some(&mut elements), None), HResult::S_OK);
        assert_eq!(elements, [1]);
        assert_eq!(all.next_into(3, Some(&mut elements), Some(&mut fetched)), HResult::S_FALSE);
        assert_eq!((elements, fetched), (vec![2, 3], 2));
    }

    #[test]
    fn a_collection_counts_from_1() {
        let names = Collection::new(vec!["Ann", "Bob"]);
        assert_eq!((names.count(), names.item(1), names.item(2)), (2, Ok("Ann"), Ok("Bob")));
        for index in [0, 3, -1, i32::MIN] {
            assert_eq!(names.item(index), Err(HResult::E_INVALIDARG));
        }
        let mut all = names.new_enum();
        drop(names);
        assert_eq!(all.next(3), (HResult::S_FALSE, vec!["Ann", "Bob"]), "it outlives the collection");
    }
}
