//! The same bits on every platform: digests of a million draws of every law.

use super::cases;

/// The digest of a million draws of each case of [`cases::all`], in its order.
///
/// They are part of the promise that a seed gives the same run. They change only with a breaking change that the change
/// log names.
const DIGESTS: &[(&str, u64)] = &[
    ("constant", 0x67a0_e406_2d56_6f86),
    ("uniform", 0x348a_6ead_0c90_7c58),
    ("triangular", 0x07cc_42a0_fcfa_e003),
    ("triangular falling", 0xef26_3888_39ba_edad),
    ("triangular rising", 0xebf6_861a_0d36_363f),
    ("exponential mean", 0xdb51_b802_139f_590a),
    ("exponential median", 0x127d_005b_60c8_944f),
    ("exponential rate", 0x75a4_d930_8fd4_4b53),
    ("erlang 1", 0xa191_94e9_08ad_64c1),
    ("erlang 2", 0x63d6_acb5_03d4_0fac),
    ("erlang 3", 0x2598_eeff_37d2_8906),
    ("erlang 20", 0x3992_5ada_78d9_b96c),
    ("gamma shape scale", 0x1013_dd74_da68_14a9),
    ("gamma shape 0.1", 0xfd8f_caad_6be2_9316),
    ("gamma shape 0.9", 0xebbf_12d3_d24a_e95f),
    ("gamma shape 1000", 0x9333_e034_277e_3ed8),
    ("gamma mean shape", 0x6806_a0fc_fa88_6f9d),
    ("gamma mean cv", 0xf1ad_fe8a_387f_015f),
    ("gamma mean sd", 0x2dda_664f_a6c5_52ec),
    ("lognormal mu sigma", 0x0c63_99bf_e751_c82c),
    ("lognormal sigma 2", 0x7b1a_f28c_67f6_545c),
    ("lognormal mean cv", 0x86e0_1a63_1961_bb15),
    ("lognormal mean sd", 0xc4cf_9ba4_4497_f1e1),
    ("lognormal median sigma", 0xdea3_d9f4_01bb_c9df),
    ("lognormal median mean", 0x0879_702c_9fcf_f6a6),
    ("weibull shape 0.5", 0x28a1_4eb7_8592_c451),
    ("weibull mean shape", 0xfa45_b238_ef1b_72c6),
    ("weibull median shape", 0x7a78_17af_a242_678d),
    ("hyperexponential", 0xa5b9_831a_f758_2c7f),
    ("hyperexponential mean cv", 0x18ff_5cf7_7c96_0b58),
    ("empirical values", 0xe59e_b7f4_5894_091b),
    ("empirical values weighted", 0x0b2d_0ded_b15c_a9f1),
    ("histogram", 0xfc83_aae8_10ae_edd8),
    ("mixture", 0x6c9e_4e1f_642a_95a1),
];

/// Mixes a word into a digest: a bijection of either, so one changed word always shows.
fn mix(digest: u64, word: u64) -> u64 {
    (digest ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

#[test]
fn a_million_draws_have_the_digest_of_their_law() {
    let mut computed = Vec::new();
    for (number, case) in cases::all().iter().enumerate() {
        let (sampler, mut stream) = (case.law.sampler(), cases::stream(number));
        let mut digest = 0;
        for _ in 0..1_000_000 {
            digest = mix(digest, sampler.sample(&mut stream).as_nanos());
        }
        // What the stream gives next shows that as many random numbers were taken.
        computed.push((case.name, mix(digest, stream.next_u64())));
    }
    let listing: String =
        computed.iter().map(|(name, digest)| format!("    (\"{name}\", {digest:#018x}),\n")).collect();
    let command = format!("reproduce with `cargo test --test random million` (seed {})", cases::SEED);
    assert!(computed == DIGESTS, "the draws are not those of the promise; {command}; now they have\n{listing}");
}

/// The digest of what the reports show of a law.
#[test]
fn moments_and_quantiles_have_their_digest() {
    // What came later continues the digest of what was there before.
    let expected = [("histogram", 0xbf13_b2ae_3502_1abd), ("mixture", 0x4c54_5f93_9dcb_3045)];
    let mut expected = expected.into_iter().peekable();
    let mut digest: u64 = 0;
    for case in cases::all() {
        digest = mix(digest, case.law.mean_s().to_bits());
        digest = mix(digest, case.law.variance_s2().to_bits());
        for probability in [0.001, 0.1, 0.5, 0.9, 0.999] {
            digest = mix(digest, case.law.quantile(probability).to_bits());
        }
        if let Some((name, expected)) = expected.next_if(|(name, _)| *name == case.name) {
            assert_eq!(digest, expected, "now {digest:#018x} up to {name}");
        }
    }
    assert_eq!(expected.next(), None);
}
