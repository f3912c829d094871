//! Tests of models and metrics by name.

use super::*;
use serde_json::json;

fn metric(model: &str, parameters: Value, name: &str) -> f64 {
    let model = Model::new(model, &parameters).unwrap_or_else(|error| panic!("{model} {parameters}: {error}"));
    model.metric(name).unwrap_or_else(|error| panic!("{parameters}: {error}"))
}

fn assert_near(computed: f64, exact: f64) {
    assert!((computed / exact - 1.0).abs() < 1e-12, "computed {computed:e}, exact {exact:e}");
}

/// A model of each kind.
fn all() -> Vec<Model> {
    let desk = |more: Value| {
        let mut desk = json!({"agents": 10, "calls_per_hour": 180, "aht_s": 180});
        desk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        desk
    };
    let patience = json!({"kind": "gamma", "mean": 100, "cv": 0.7});
    [
        ("erlang_b", json!({"servers": 10, "offered_load": 9.5})),
        ("erlang_b", json!({"servers": 10, "calls_per_hour": 190, "aht_s": 180})),
        ("erlang_c", desk(json!({}))),
        ("erlang_a", desk(json!({"patience_mean_s": 120}))),
        ("mmc_plus_g", desk(json!({"patience": patience}))),
        ("mmc_plus_g", desk(json!({"patience": null}))),
        ("mmck", desk(json!({"capacity": 20}))),
        ("mmck_plus_m", desk(json!({"capacity": 20, "patience_mean_s": 120}))),
        ("mg1", json!({"calls_per_hour": 18, "aht_s": 100, "cv": 0.5})),
        ("mg1", json!({"calls_per_hour": 18, "handle_time": {"kind": "erlang", "phases": 4, "mean": 100}})),
        ("mmc_priority", json!({"agents": 10, "calls_per_hour": [60, 120], "aht_s": 180, "class": 1})),
        ("mmc_priority", json!({"agents": 10, "calls_per_hour": [60, 120], "aht_s": 180})),
        ("longest_wait_erlang_c", desk(json!({"horizon_s": 28_800}))),
        ("longest_wait_mmc_plus_g", desk(json!({"patience": patience, "horizon_s": 28_800}))),
        ("session", json!({"agents": 10, "calls_per_hour": 180, "talk_s": 150, "wrap_up_s": 30, "duration_s": 28_800})),
    ]
    .map(|(name, parameters)| Model::new(name, &parameters).unwrap_or_else(|error| panic!("{name}: {error}")))
    .into()
}

#[test]
fn every_model_has_every_metric_that_it_lists() {
    for model in all() {
        for pattern in model.metrics() {
            let name = pattern.replace("XX", "80").replace('T', "20").replace('N', "12");
            let value = model.metric(&name).unwrap_or_else(|error| panic!("{}: {name}: {error}", model.name()));
            assert!(value.is_finite() && value >= 0.0, "{}: {name} is {value}", model.name());
            assert_eq!(
                model.metric(&format!("{name}_s")).ok().filter(|_| !name.contains("20")),
                model.fixed(&name).unwrap()
            );
        }
        for name in model.metrics_within(&[20.0]) {
            assert!(model.metric(&name).is_ok(), "{}: {name}", model.name());
        }
        let error = model.metric("luck").unwrap_err().to_string();
        assert!(error.starts_with(&format!("`{}` has no metric `luck`; it has ", model.name())), "{error}");
    }
    let named: Vec<&str> = all().iter().map(Model::name).collect();
    assert!(Model::names().iter().all(|name| named.contains(name)));
}

#[test]
fn models_that_are_the_same_agree() {
    let desk = json!({"agents": 14, "calls_per_s": 0.1, "aht_s": 120});
    let with = |key: &str, value: Value| {
        let mut desk = desk.clone();
        desk[key] = value;
        desk
    };
    for name in ["p_wait", "asa", "sl_20_of_answered", "mean_queue_length"] {
        let exact = metric("erlang_c", desk.clone(), name);
        assert_near(metric("mmc_plus_g", desk.clone(), name), exact);
        assert_near(metric("mmc_plus_g", with("patience", json!({"kind": "none"})), name), exact);
        assert_near(metric("mmck", with("capacity", json!(3_000)), name), exact);
        let one_class = json!({"agents": 14, "calls_per_hour": [360], "aht_s": 120});
        assert_near(metric("mmc_priority", one_class, name), exact);
    }
    for name in ["p_abandon", "asa", "sl_20_excl_short_abandons", "agents_for_80_20"] {
        let exact = metric("erlang_a", with("patience_mean_s", json!(90)), name);
        let law = json!({"kind": "exponential", "mean": 90});
        assert_near(metric("mmc_plus_g", with("patience", law.clone()), name), exact);
        assert_near(metric("erlang_a", with("patience", law), name), exact);
    }
    let mut finite = with("capacity", json!(10_000));
    finite["patience_mean_s"] = json!(90);
    let mut longest = with("horizon_s", json!(28_800));
    let exact = metric("longest_wait_erlang_c", longest.clone(), "expected_longest_time_to_answer_session");
    assert_near(metric("longest_wait_mmc_plus_g", longest.clone(), "expected_longest_time_to_answer_session"), exact);
    longest = json!({"agents": 14, "calls_per_s": 0.1, "talk_s": 120, "duration_s": 28_800});
    assert_near(metric("session", longest, "longest_time_to_answer_s"), exact);
    assert_near(metric("mmck_plus_m", finite, "asa"), metric("erlang_a", with("patience_mean_s", json!(90)), "asa"));
}

#[test]
fn agents_are_found_for_a_queue_that_would_grow_without_end() {
    let model = Model::new("erlang_c", &json!({"agents": 5, "calls_per_hour": 360, "aht_s": 120})).unwrap();
    assert_eq!(model.metric("agents_for_80_20").unwrap(), 15.0);
    assert_eq!(model.metric("offered_load").unwrap(), 12.0);
    let error = model.metric("asa").unwrap_err().to_string();
    assert!(error.contains("more than the offered load of 12 Erlang"), "{error}");
    assert!(model.metric("sl_20").is_err());
}

#[test]
fn a_service_level_says_what_it_is_a_share_of() {
    let parameters = json!({"agents": 10, "calls_per_hour": 200, "aht_s": 180, "patience_mean_s": 120});
    let model = Model::new("erlang_a", &parameters).unwrap();
    assert!(model.metric("sl_20").is_err());
    assert_near(model.metric("sl_20_of_offered").unwrap(), 0.639_941_307_035_988);
    assert_near(model.metric("sl_20_of_answered").unwrap(), 0.741_929_818_749_949);
    assert_near(model.metric("sl_20_excl_short_abandons").unwrap(), 0.684_459_246_480_848);
}

#[test]
fn what_is_wrong_is_named() {
    for (model, parameters, said) in [
        ("erlang_d", json!({}), "there is no model `erlang_d`; the models are erlang_b, "),
        ("erlang_c", json!([]), "the parameters must be a JSON object"),
        ("erlang_c", json!({"aht_s": 1, "calls_per_s": 1}), "the parameter `agents` is missing"),
        ("erlang_c", json!({"agents": 1.5}), "`agents` must be a whole number, not 1.5"),
        ("erlang_c", json!({"agents": "ten"}), "`agents` must be a whole number, not \"ten\""),
        ("erlang_c", json!({"agents": 0}), "`agents` must be from 1 to 1000000, not 0"),
        ("erlang_c", json!({"agents": 3, "calls_per_hour": -1}), "`calls_per_hour` must be above 0 and at most"),
        (
            "erlang_c",
            json!({"agents": 3, "calls_per_hour": 1, "aht_s": 1, "aht": 1}),
            "there is no parameter `aht`; there are agents, calls_per_hour, calls_per_s, aht_s",
        ),
        ("erlang_b", json!({"offered_load": 1}), "the parameter `servers` is missing"),
        ("erlang_b", json!({"servers": 1, "offered_load": 1, "aht_s": 2}), "only one of `offered_load`"),
        ("mg1", json!({"calls_per_hour": 1, "aht_s": 5}), "`handle_time` is needed, or `aht_s` and one of"),
        ("mmc_priority", json!({"agents": 1, "calls_per_hour": 5, "aht_s": 1}), "`calls_per_hour` must be a list"),
        (
            "mmc_priority",
            json!({"agents": 1, "calls_per_hour": [5, "x"], "aht_s": 1}),
            "`calls_per_hour[1]` must be a number, not \"x\"",
        ),
        (
            "mmc_priority",
            json!({"agents": 1, "calls_per_hour": [5], "aht_s": 1, "class": 1}),
            "`class` must be from 0 to 0, not 1",
        ),
        (
            "erlang_a",
            json!({"agents": 1, "calls_per_hour": 5, "aht_s": 1, "patience": {"kind": "constant", "value": 1}}),
            "`patience` must be exponential",
        ),
        (
            "longest_wait_erlang_c",
            json!({"agents": 1, "calls_per_hour": 5, "aht_s": 1, "horizon_s": 0}),
            "`horizon_s` must be from 1e-9 to 1e10 seconds, not 0",
        ),
    ] {
        let error = Model::new(model, &parameters).unwrap_err().to_string();
        assert!(error.starts_with(said), "{parameters}: {error}");
    }
}
