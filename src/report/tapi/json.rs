//! The model for tools.

use serde_json::{Map, Value, json};

use super::{Topic, constant, function, guid, other_identifiers, sets, type_name};
use crate::acd::catalogue::{MESSAGES, OBJECTS, STATES, STATISTICS, StateProperty};
use crate::acd::conventions::{ComErrors, SETTINGS};
use crate::acd::tapi2::arms::{ARMS, PROXY_REQUEST_SIZE};
use crate::acd::tapi2::layout::{Field, Layout};
use crate::acd::tapi2::structures::{LISTS, LineProxyRequest, STRUCTURES};
use crate::acd::tapi2::{LineError, ProxyRequestType, Structure};
use crate::acd::tapi3::{HResult, INTERFACES};
use crate::acd::{Conventions, SessionState};
use crate::report::json::convention;

/// The version of the form.
const FORM: u32 = 1;

/// The topics as an object: a key each, beside the version of this form and of the program.
pub fn json(topics: &[Topic], conventions: &Conventions) -> Value {
    let mut object = Map::new();
    object.insert("form".into(), FORM.into());
    object.insert("acdsim".into(), env!("CARGO_PKG_VERSION").into());
    for &topic in topics {
        let value = match topic {
            Topic::Objects => objects(),
            Topic::States => STATES.iter().map(states).collect(),
            Topic::Statistics => statistics(),
            Topic::Conventions => all_conventions(conventions),
            Topic::Errors => errors(),
            Topic::Structures => structures(),
            Topic::Interfaces => interfaces(),
            Topic::Constants => constants(),
            Topic::Messages => messages(),
        };
        object.insert(topic.name().into(), value);
    }
    Value::Object(object)
}

fn objects() -> Value {
    let objects = OBJECTS.iter().map(|object| {
        json!({
            "name": object.name,
            "what": object.what,
            "identity": object.identity,
            "interface": object.interface,
            "creator": object.creator,
            "relations": object.relations,
        })
    });
    objects.collect()
}

fn states(property: &StateProperty) -> Value {
    let followers = |number: i32| -> Vec<&str> {
        let from = SessionState::ALL.into_iter().find(|state| *state as i32 == number);
        let all = SessionState::ALL.into_iter();
        all.filter(|to| from.is_some_and(|from| from.may_become(*to))).map(SessionState::name).collect()
    };
    let states = property.states.iter().map(|state| {
        let mut object = json!({
            "constant": state.constant,
            "value": constant(state.constant),
            "name": state.tapi3.map(|(name, _)| name),
            "number": state.tapi3.map(|(_, number)| number),
            "meaning": state.meaning,
        });
        // TAPI prints a table of transitions for sessions alone.
        if let Some((_, number)) = state.tapi3.filter(|_| property.enumeration == "AGENT_SESSION_STATE") {
            object["may_become"] = followers(number).into();
        }
        object
    });
    json!({
        "object": property.object,
        "structure": property.structure,
        "field": property.field,
        "next_field": property.next_field,
        "function": property.function,
        "interface": property.interface,
        "enumeration": property.enumeration,
        "conventions": property.conventions,
        "states": states.collect::<Value>(),
    })
}

fn statistics() -> Value {
    let statistics = STATISTICS.iter().map(|statistic| {
        json!({
            "object": statistic.object,
            "name": statistic.name,
            "unit": statistic.unit.words(),
            "meaning": statistic.meaning,
            "structure": statistic.structure,
            "field": statistic.field,
            "interface": statistic.interface,
            "getter": statistic.getter,
            "conventions": statistic.conventions,
        })
    });
    statistics.collect()
}

fn all_conventions(conventions: &Conventions) -> Value {
    let in_force = |name: &str| conventions.get(name).expect("each of these is a field");
    let questions = Conventions::DECLARED.iter().map(|declared| {
        let answers = declared.answers.iter().map(|(word, meaning)| json!({ "answer": word, "meaning": meaning }));
        let in_force = in_force(declared.name);
        json!({
            "name": declared.name,
            "question": declared.question,
            "answers": answers.collect::<Value>(),
            "default": declared.default,
            "why": declared.why,
            "is_default": in_force == declared.default,
            "in_force": in_force,
        })
    });
    let settings = SETTINGS.iter().map(|setting| {
        let in_force = in_force(setting.name);
        json!({
            "name": setting.name,
            "question": setting.what,
            "least": setting.least,
            "most": setting.most,
            "default": convention(setting.default.to_owned()),
            "why": setting.why,
            "is_default": in_force == setting.default,
            "in_force": convention(in_force),
        })
    });
    questions.chain(settings).collect()
}

fn errors() -> Value {
    let line_errors = LineError::ALL.iter().map(|error| {
        let result = HResult::from_line_error(*error, ComErrors::Translated);
        json!({
            "name": error.name(),
            "code": error.code(),
            "meaning": error.to_string(),
            "hresult": result.name(),
        })
    });
    let results = HResult::ALL.iter().map(|result| {
        json!({
            "name": result.name(),
            "code": result.0,
            "meaning": result.meaning(),
        })
    });
    json!({ "line_errors": line_errors.collect::<Value>(), "hresults": results.collect::<Value>() })
}

fn fields(fields: &[Field]) -> Value {
    let fields = fields.iter().map(|field| {
        json!({
            "name": field.name,
            "offset": field.offset,
            "size": field.size,
            "type": type_name(field.kind),
        })
    });
    fields.collect()
}

fn structures() -> Value {
    let layouts = STRUCTURES.iter().chain(&LISTS);
    let plain = layouts.map(|Layout { name, size, fields: all }| {
        json!({
            "name": name,
            "size": size,
            "fields": fields(all),
        })
    });
    let arms = ARMS.iter().map(|arm| {
        json!({
            "name": arm.name,
            "request": arm.request_type.name(),
            "end": arm.layout.size,
            "fields": fields(arm.layout.fields),
        })
    });
    let request = json!({
        "name": LineProxyRequest::LAYOUT.name,
        "size": PROXY_REQUEST_SIZE,
        "fields": fields(LineProxyRequest::LAYOUT.fields),
        "arms": arms.collect::<Value>(),
    });
    plain.chain([request]).collect()
}

fn interfaces() -> Value {
    let interfaces = INTERFACES.iter().map(|interface| {
        let methods = interface.methods.iter().map(|method| {
            json!({
                "slot": method.slot,
                "name": method.name,
                "dispid": method.dispid,
                "hidden": method.hidden,
            })
        });
        json!({
            "name": interface.name,
            "iid": guid(&interface.iid),
            "dual": interface.dual,
            "methods": methods.collect::<Value>(),
        })
    });
    let others = other_identifiers().map(|(name, guid)| json!({ "name": name, "guid": guid }));
    json!({ "interfaces": interfaces.collect::<Value>(), "other_identifiers": others.collect::<Value>() })
}

fn constants() -> Value {
    let sets = sets().into_iter().map(|set| {
        let values = set.values.iter().map(|(name, value)| json!({ "name": name, "value": value }));
        json!({ "set": set.name, "values": values.collect::<Value>() })
    });
    sets.collect()
}

fn messages() -> Value {
    let messages = MESSAGES.iter().map(|message| {
        let parameters = message.parameters.iter().map(|parameter| (!parameter.is_empty()).then_some(*parameter));
        json!({
            "name": message.name,
            "number": constant(message.name),
            "meaning": message.meaning,
            "parameters": parameters.collect::<Vec<_>>(),
            "sender": message.sender,
        })
    });
    let requests = ProxyRequestType::ALL.iter().map(|request| {
        json!({
            "name": request.name(),
            "value": request.value(),
            "function": function(*request),
            "since": request.since().to_string(),
        })
    });
    json!({ "messages": messages.collect::<Value>(), "requests": requests.collect::<Value>() })
}
