//! Values of the browser by the names they have there.
//!
//! The usual bindings cost a few hundred bytes of glue for every single method; a page that is
//! awake sooner is worth more than their types. The browser tests call everything that is called by
//! name.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What a call gives: the value, or what was thrown.
pub type Outcome = Result<JsValue, JsValue>;

/// A property; undefined when there is none.
pub fn get(of: &JsValue, name: &str) -> JsValue {
    // only primitives throw, and they have nothing to give either
    Reflect::get(of, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is a number; 0 when it is not.
pub fn number(of: &JsValue, name: &str) -> f64 {
    get(of, name).as_f64().unwrap_or_default()
}

/// A property that is a text.
pub fn text(of: &JsValue, name: &str) -> Option<String> {
    get(of, name).as_string()
}

/// Whether a property is there and true.
pub fn truth(of: &JsValue, name: &str) -> bool {
    get(of, name).is_truthy()
}

/// Sets a property; one that cannot be set stays as it is.
pub fn set(of: &JsValue, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(of, &name.into(), &value.into());
}

/// Whether two values are one and the same.
pub fn same(one: &JsValue, other: &JsValue) -> bool {
    one == other
}

/// Calls a method.
///
/// # Errors
/// What it throws, also when there is no such method.
pub fn call<const N: usize>(of: &JsValue, name: &str, arguments: [JsValue; N]) -> Outcome {
    let method: Function = get(of, name).dyn_into()?;
    Reflect::apply(&method, of, &list(arguments))
}

/// Makes a new object of a global class.
///
/// # Errors
/// What it throws, also when this browser has no such class.
pub fn make<const N: usize>(class: &str, arguments: [JsValue; N]) -> Outcome {
    let class: Function = get(&js_sys::global(), class).dyn_into()?;
    Reflect::construct(&class, &list(arguments))
}

/// A plain object.
pub fn object<const N: usize>(pairs: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new().into();
    for (name, value) in pairs {
        set(&object, name, value);
    }
    object
}

/// An array.
pub fn list<const N: usize>(values: [JsValue; N]) -> Array {
    let list = Array::new();
    for value in values {
        list.push(&value);
    }
    list
}

/// The values of anything that has a length.
pub fn items(of: &JsValue) -> impl Iterator<Item = JsValue> {
    Array::from(of).to_vec().into_iter()
}

/// Waits for a promise.
///
/// # Errors
/// What it was rejected with, or `outcome`'s own error.
pub async fn wait(outcome: Outcome) -> Outcome {
    JsFuture::from(outcome?.unchecked_into::<Promise>()).await
}
