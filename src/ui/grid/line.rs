//! What a row shows, whatever that is: the grid asks no more of it than whether it is the same.

use std::any::Any;
use std::sync::Arc;

/// What a row shows. Only whoever made it knows what that is.
#[derive(Clone)]
pub(in crate::ui) struct Line(Arc<dyn Shows>);

impl Line {
    /// Of what a row shows.
    pub(in crate::ui) fn new(shows: impl PartialEq + Send + Sync + 'static) -> Self {
        Self(Arc::new(shows))
    }

    /// What it is of.
    ///
    /// # Panics
    ///
    /// If it is of something else.
    pub(in crate::ui) fn get<T: 'static>(&self) -> &T {
        let any: &dyn Any = &*self.0;
        any.downcast_ref()
            .unwrap_or_else(|| unreachable!("a table makes lines of one kind"))
    }
}

impl PartialEq for Line {
    fn eq(&self, other: &Self) -> bool {
        self.0.is(&*other.0)
    }
}

trait Shows: Any + Send + Sync {
    fn is(&self, other: &dyn Any) -> bool;
}

impl<T: PartialEq + Send + Sync + 'static> Shows for T {
    fn is(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
}
