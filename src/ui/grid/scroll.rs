//! What is seen of a table.

use leptos::prelude::*;
use switchboard_core::board::Viewport;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, ResizeObserver};

use super::Table;
use crate::ui::dom;
use crate::ui::store::set;

/// The height of a row where no style sheet says otherwise.
pub(super) const ROW: f64 = 40.0;

impl Table {
    pub(super) fn watch_size(self, scroller: &Element) {
        let watched = scroller.clone();
        let changed = Closure::<dyn FnMut()>::new(move || self.measure(&watched));
        let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else {
            return;
        };
        observer.observe(scroller);
        let keep = StoredValue::new_local(Some((observer, changed)));
        on_cleanup(move || {
            if let Some(Some((observer, _))) = keep.try_update_value(Option::take) {
                observer.disconnect();
            }
        });
    }

    /// In every frame while somebody scrolls: nothing is asked that would make the browser lay out.
    pub(super) fn was_scrolled(self) {
        let Some(scroller) = self.scroller.get_value() else {
            return;
        };
        let top = f64::from(scroller.scroll_top());
        let viewport = self.viewport();
        set(self.viewport, Viewport { top, ..viewport });
        self.hold_scrolled();
        self.draw();
        self.source().drawn();
    }

    fn measure(self, scroller: &Element) {
        // Without a style sheet the element is as high as all rows together.
        let most = dom::window_height();
        let viewport = Viewport {
            top: f64::from(scroller.scroll_top()),
            height: f64::from(scroller.client_height()).min(most),
            row: dom::length(scroller, "--row").unwrap_or(ROW),
        };
        set(self.viewport, viewport);
        self.head.set_value(head(scroller));
        self.source().resized();
        self.draw();
        self.source().drawn();
    }

    /// Scrolls as little as it takes to see this row whole.
    pub(super) fn reveal(self, place: usize) {
        let Some(scroller) = self.scroller.get_value() else {
            return;
        };
        let viewport = self.viewport();
        let top = viewport.reveal(place, head(&scroller));
        if (top - viewport.top).abs() >= 1.0 {
            scroller.set_scroll_top(top.round() as i32);
            set(self.viewport, Viewport { top, ..viewport });
        }
    }
}

/// How high the head is that lies over the rows.
fn head(scroller: &Element) -> f64 {
    let head = scroller.query_selector(".grid-head").ok().flatten();
    head.map_or(0.0, |head: Element| f64::from(head.client_height()))
}
