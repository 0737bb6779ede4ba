//! Starts the set-up check: a module of its own, for few ever open it.

fn main() {
    #[cfg(target_arch = "wasm32")]
    switchboard::ui::start_doctor();
}
