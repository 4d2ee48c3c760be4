//! Int8 models run in ONNX Runtime and compared with what they were made of.

mod synthetic;

use std::collections::HashSet;

use ort::{
    session::{Session, SessionInputValue},
    value::Tensor,
};
use prost::Message;

use self::synthetic::{float, gemm, initializer, model, node, noise, save};
use super::*;
use crate::{
    clip::{Engine, Places, Runtime},
    models::{
        compare,
        onnx::{TensorProto, tensor_proto::DataType},
        report::cosine,
    },
};

/// Opens a model file in ONNX Runtime.
fn session(path: &Path) -> Result<Session, String> {
    let runtime = Runtime::find(Engine::OnnxRuntime, &Places::default())
        .map_err(|error| format!("`cargo xtask test` brings what is missing. {error}"))?;
    let environment = runtime.environment().ok_or("not ONNX Runtime")?;
    Session::builder(environment)
        .and_then(|mut builder| builder.commit_from_file(path))
        .map_err(|e| format!("{}: {e}", path.display()))
}

/// Runs a model on its only input; all numbers of its first output.
fn run(session: &mut Session, input: SessionInputValue<'_>) -> Result<Vec<f32>, String> {
    let name = session.inputs()[0].name().to_owned();
    let outputs = session
        .run(vec![(name, input)])
        .map_err(|e| e.to_string())?;
    let (_, numbers) = outputs[0].try_extract_tensor().map_err(|e| e.to_string())?;
    Ok(numbers.to_vec())
}

fn run_floats(path: &Path, shape: &[i64], floats: &[f32]) -> Vec<f32> {
    let tensor = Tensor::from_array((shape.to_vec(), floats.to_vec())).expect("a tensor");
    run(&mut session(path).expect("a model"), tensor.into()).expect("an output")
}

/// The model of `path`, quantised; it must be near the original on `[rows, columns]` of noise.
fn near(path: &Path, shape: [i64; 2]) -> (Quantized, PathBuf) {
    let to = path.with_extension("int8.onnx");
    let done = quantize(path, &to, Range::Full).expect("quantised");
    let input = noise((shape[0] * shape[1]) as usize, 7);
    let (a, b) = (
        run_floats(path, &shape, &input),
        run_floats(&to, &shape, &input),
    );
    let cosine = cosine(&a, &b).expect("vectors");
    assert!(a.len() == b.len() && cosine > 0.999, "cosine {cosine}");
    (done, to)
}

fn initializers(path: &Path) -> HashSet<String> {
    let graph = store::read(path).expect("a model").graph.expect("a graph");
    graph
        .initializer
        .iter()
        .map(|t| t.name().to_owned())
        .collect()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// The small CLIP model beside the project, or where VENEER_SHARED says.
fn tiny(tower: &str) -> PathBuf {
    let shared = std::env::var_os("VENEER_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = shared.join("reference/tiny-clip").join(tower);
    assert!(
        path.is_file(),
        "{} is not there; set VENEER_SHARED",
        path.display()
    );
    path
}

#[test]
fn a_small_clip_model_stays_near_the_original() {
    let folder = folder();
    let picture = |seed| {
        let numbers = noise(3 * 64 * 64, seed);
        Tensor::from_array((vec![1i64, 3, 64, 64], numbers)).expect("a tensor")
    };
    let words = |seed: u64| {
        let mut ids = vec![0i64; 77];
        for (id, x) in ids.iter_mut().zip(noise(12, seed)) {
            *id = (x.abs() * 40_000.0) as i64 % 49_000;
        }
        (ids[0], ids[12]) = (49_406, 49_407);
        Tensor::from_array((vec![1i64, 77], ids)).expect("a tensor")
    };
    let towers: [(&str, Vec<_>); 2] = [
        (
            "visual.onnx",
            (0..16).map(|i| picture(i).into_dyn()).collect(),
        ),
        (
            "textual.onnx",
            (0..16).map(|i| words(i).into_dyn()).collect(),
        ),
    ];
    for (tower, inputs) in towers {
        let from = tiny(tower);
        let to = folder.path().join(tower);
        let before = fs::read(&from).expect("readable");
        let done = quantize(&from, &to, Range::Full).expect("quantised");
        assert_eq!(
            (done.products, done.matrices, done.left),
            (13, 13, 4),
            "{tower}"
        );
        assert_eq!(done.bytes, fs::metadata(&to).expect("written").len());
        assert!(
            fs::read(&from).expect("readable") == before,
            "the original is untouched"
        );
        let signature = |path: &Path| {
            let graph = store::read(path).expect("a model").graph.expect("a graph");
            (graph.input, graph.output)
        };
        assert!(signature(&from) == signature(&to));
        let report = compare(&from, &to, &inputs, 1, |path| {
            let mut session = session(path)?;
            Ok::<_, String>(move |input: &ort::value::DynValue| run(&mut session, input.into()))
        })
        .expect("a report");
        assert!(report.cosine_min >= 0.99, "{tower}: {report}");
    }
}

#[test]
fn gemms_of_every_kind_keep_their_meaning() {
    let folder = folder();
    let path = folder.path().join("gemm.onnx");
    let weights = vec![
        initializer("turned", &[24, 16], &noise(384, 1)),
        initializer("straight", &[24, 10], &noise(240, 2)),
        initializer("bias", &[24], &noise(24, 3)),
        initializer("one", &[1], &[0.5]),
    ];
    let nodes = vec![
        gemm(&["x", "turned", "bias"], "a", 0.5, 2.0, true),
        node("Relu", &["a"], &["b"]),
        gemm(&["b", "straight", "one"], "c", -1.5, 1.0, false),
        // No bias by its factor, and by its absence.
        node("Tanh", &["c"], &["d"]),
        gemm(&["b", "straight", "one"], "e", 1.0, 0.0, false),
        gemm(&["b", "straight", ""], "f", 1.0, 1.0, false),
        node("Sum", &["d", "e", "f"], &["y"]),
    ];
    save(&path, &model(nodes, weights, "x", "y"));
    let (done, to) = near(&path, [5, 16]);
    // `straight` is rounded once with its factor and once without.
    assert_eq!((done.products, done.matrices, done.left), (4, 3, 0));
    assert!(!initializers(&to).contains("turned") && initializers(&to).contains("bias"));
}

#[test]
fn shared_weights_are_rounded_once_and_kept_where_something_else_uses_them() {
    let folder = folder();
    let path = folder.path().join("shared.onnx");
    let weights = vec![
        initializer("w", &[12, 12], &noise(144, 1)),
        initializer("kept", &[12, 12], &noise(144, 2)),
        initializer("cube", &[2, 12, 12], &noise(288, 3)),
        initializer("vector", &[12], &noise(12, 3)),
    ];
    let nodes = vec![
        node("Identity", &["w"], &["same"]),
        node("Transpose", &["same"], &["turned"]),
        node("MatMul", &["x", "w"], &["a"]),
        node("MatMul", &["a", "same"], &["b"]),
        node("MatMul", &["b", "turned"], &["c"]),
        node("MatMul", &["c", "kept"], &["d"]),
        node("MatMul", &["d", "kept"], &["e"]),
        // Not matrices, or not constant: left alone.
        node("MatMul", &["e", "cube"], &["f"]),
        node("MatMul", &["e", "vector"], &["g"]),
        node("MatMul", &["f", "kept"], &["h"]),
        node("Transpose", &["x"], &["xt"]),
        node("MatMul", &["xt", "x"], &["i"]),
        node("Add", &["h", "kept"], &["j"]),
        node("Add", &["j", "g"], &["k"]),
        node("Add", &["k", "i"], &["y"]),
    ];
    save(&path, &model(nodes, weights, "x", "y"));
    let (done, to) = near(&path, [12, 12]);
    assert_eq!((done.products, done.matrices, done.left), (6, 3, 3));
    let left = initializers(&to);
    assert!(!left.contains("w") && left.contains("kept") && left.contains("cube"));
    let graph = store::read(&to).expect("a model").graph.expect("a graph");
    assert!(graph.node.iter().all(|n| n.op_type() != "Identity"));
    // Each activation is rounded once: x, a, b, c, d, f; e meets no constant matrix.
    let rounded = graph
        .node
        .iter()
        .filter(|n| n.op_type() == "DynamicQuantizeLinear");
    assert_eq!(rounded.count(), 6);
}

#[test]
fn weights_in_constant_nodes_and_in_plain_floats_are_found() {
    let folder = folder();
    let path = folder.path().join("plain.onnx");
    let mut plain = initializer("plain", &[8, 8], &[]);
    plain.raw_data = None;
    plain.float_data = noise(64, 1);
    let mut constant = node("Constant", &[], &["c"]);
    let mut value = synthetic::attribute("value");
    value.r#type = Some(4);
    value.t = Some(initializer("", &[8, 8], &noise(64, 2)));
    constant.attribute.push(value);
    let nodes = vec![
        constant,
        node("MatMul", &["x", "plain"], &["a"]),
        node("MatMul", &["a", "c"], &["y"]),
    ];
    save(&path, &model(nodes, vec![plain], "x", "y"));
    let (done, to) = near(&path, [3, 8]);
    assert_eq!(done.products, 2);
    assert!(!initializers(&to).contains("plain"));
}

#[test]
fn names_that_are_taken_are_not_taken_again() {
    let folder = folder();
    let path = folder.path().join("names.onnx");
    let nodes = vec![
        node("MatMul", &["x", "w"], &["y_sums"]),
        node("MatMul", &["y_sums", "w"], &["x_int8"]),
        node("MatMul", &["x_int8", "w"], &["y"]),
    ];
    let weights = vec![initializer("w", &[6, 6], &noise(36, 1))];
    save(&path, &model(nodes, weights, "x", "y"));
    let (_, to) = near(&path, [2, 6]);
    let graph = store::read(&to).expect("a model").graph.expect("a graph");
    let names: Vec<&str> = graph.node.iter().map(|n| n.name()).collect();
    let outputs: Vec<&String> = graph.node.iter().flat_map(|n| &n.output).collect();
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
    assert_eq!(outputs.iter().collect::<HashSet<_>>().len(), outputs.len());
}

#[test]
fn weights_inside_a_branch_stay_for_it() {
    let folder = folder();
    let path = folder.path().join("branch.onnx");
    save(&path, &synthetic::branching());
    let (done, to) = near(&path, [4, 6]);
    assert_eq!(done.products, 1);
    assert!(
        initializers(&to).contains("w"),
        "the branch multiplies by it"
    );
}

/// A model with its large weights in the file `weights.bin` beside it.
fn external(folder: &Path) -> PathBuf {
    let numbers = [noise(3_200, 1), noise(3_200, 2)];
    let bytes: Vec<u8> = numbers
        .iter()
        .flatten()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    fs::write(folder.join("weights.bin"), bytes).expect("written");
    let weights = vec![
        synthetic::external("w", &[40, 80], "weights.bin", 0, Some(12_800)),
        // To the end of the file.
        synthetic::external("table", &[40, 80], "./weights.bin", 12_800, None),
    ];
    let nodes = vec![
        node("MatMul", &["x", "w"], &["a"]),
        node("MatMul", &["x", "table"], &["b"]),
        node("Add", &["a", "b"], &["c"]),
        node("Add", &["c", "table"], &["y"]),
    ];
    let path = folder.join("external.onnx");
    save(&path, &model(nodes, weights, "x", "y"));
    path
}

#[test]
fn weights_beside_the_model_are_read_and_written() {
    let folder = folder();
    let path = external(folder.path());
    let before = fs::read(folder.path().join("weights.bin")).expect("readable");
    let (done, inside) = near(&path, [40, 40]);
    assert_eq!(done.products, 2);
    assert!(!store::data_path(&inside).exists());

    let beside = folder.path().join("other").join("small.onnx");
    fs::create_dir(beside.parent().expect("a parent")).expect("a folder");
    let done = quantize_within(&path, &beside, Range::Full, 4_000).expect("quantised");
    let data = fs::metadata(store::data_path(&beside))
        .expect("weights")
        .len();
    let file = fs::metadata(&beside).expect("a model").len();
    assert!(file <= 4_000 && data > 12_800, "{file} {data}");
    assert_eq!(done.bytes, file + data);
    let input = noise(1_600, 3);
    assert_eq!(
        run_floats(&beside, &[40, 40], &input),
        run_floats(&inside, &[40, 40], &input)
    );
    assert!(fs::read(folder.path().join("weights.bin")).expect("readable") == before);

    let too_small = quantize_within(&path, &beside, Range::Full, 300);
    assert!(matches!(too_small, Err(QuantizeError::Broken { .. })));
}

#[test]
fn weights_in_strange_places_are_refused() {
    let folder = folder();
    let to = folder.path().join("out.onnx");
    let path = external(folder.path());
    fs::write(folder.path().join("short.bin"), [0; 100]).expect("written");
    let outside = folder
        .path()
        .join("weights.bin")
        .to_string_lossy()
        .into_owned();
    for (location, offset, length) in [
        ("../weights.bin", 0, None),
        ("..\\weights.bin", 0, None),
        (outside.as_str(), 0, None),
        ("", 0, None),
        ("short.bin", 0, Some(12_800)),
        ("short.bin", 0, None),
        ("weights.bin", 13_000, Some(12_800)),
        ("weights.bin", u64::MAX, None),
        ("weights.bin", 0, Some(12_801)),
    ] {
        let tensor = synthetic::external("w", &[40, 80], location, offset, length);
        let bad = model(
            vec![node("MatMul", &["x", "w"], &["y"])],
            vec![tensor],
            "x",
            "y",
        );
        save(&path, &bad);
        let error = quantize(&path, &to, Range::Full).expect_err(location);
        assert!(
            matches!(error, QuantizeError::Broken { .. }),
            "{location}: {error:?}"
        );
    }
    let tensor = synthetic::external("w", &[40, 80], "absent.bin", 0, None);
    let bad = model(
        vec![node("MatMul", &["x", "w"], &["y"])],
        vec![tensor],
        "x",
        "y",
    );
    save(&path, &bad);
    assert!(matches!(
        quantize(&path, &to, Range::Full),
        Err(QuantizeError::Disk { .. })
    ));
    assert!(!to.exists());
}

/// What quantising a model says that is one product, changed by `change`.
fn refused(change: impl FnOnce(&mut ModelProto)) -> QuantizeError {
    let folder = folder();
    let path = folder.path().join("model.onnx");
    let weights = vec![initializer("w", &[4, 4], &noise(16, 1))];
    let mut changed = model(vec![node("MatMul", &["x", "w"], &["y"])], weights, "x", "y");
    change(&mut changed);
    save(&path, &changed);
    let to = folder.path().join("out.onnx");
    let error = quantize(&path, &to, Range::Full).expect_err("refused");
    assert_eq!(
        fs::read_dir(folder.path()).expect("readable").count(),
        1,
        "nothing is left"
    );
    error
}

fn weights_of(model: &mut ModelProto) -> &mut TensorProto {
    &mut model.graph.as_mut().expect("a graph").initializer[0]
}

fn node_of(model: &mut ModelProto) -> &mut crate::models::onnx::NodeProto {
    &mut model.graph.as_mut().expect("a graph").node[0]
}

#[test]
fn what_cannot_be_quantised_says_why() {
    use QuantizeError::{AlreadyQuantized, Broken, HalfPrecision, Newer, NothingToDo, OldOpset};
    let error = refused(|m| m.opset_import[0].version = Some(10));
    assert!(matches!(error, OldOpset(10)));
    assert!(matches!(refused(|m| m.opset_import.clear()), OldOpset(1)));
    assert!(matches!(refused(|m| m.ir_version = Some(99)), Newer(99)));
    assert!(matches!(refused(|m| m.graph = None), Broken { .. }));
    for half in [DataType::Float16, DataType::Bfloat16] {
        let error = refused(|m| weights_of(m).data_type = Some(half as i32));
        assert!(matches!(error, HalfPrecision));
    }
    let error = refused(|m| weights_of(m).data_type = Some(DataType::Double as i32));
    assert!(matches!(error, NothingToDo));
    for operator in [
        "MatMulInteger",
        "QLinearMatMul",
        "DequantizeLinear",
        "MatMulNBits",
    ] {
        let error = refused(|m| node_of(m).op_type = Some(operator.to_owned()));
        assert!(matches!(error, AlreadyQuantized), "{operator}");
    }
    assert!(matches!(
        refused(|m| node_of(m).domain = Some("mine".to_owned())),
        NothingToDo
    ));
    assert!(matches!(
        refused(|m| weights_of(m).dims = vec![4, 5]),
        Broken { .. }
    ));
    assert!(matches!(
        refused(|m| weights_of(m).dims = vec![-4, -4]),
        NothingToDo
    ));
    assert!(matches!(
        refused(|m| weights_of(m).dims = vec![70_000, 4]),
        NothingToDo
    ));
    let error = refused(|m| {
        let raw: Vec<u8> = [f32::NAN; 16]
            .iter()
            .flat_map(|x| x.to_le_bytes())
            .collect();
        weights_of(m).raw_data = Some(raw.into());
    });
    assert!(matches!(error, Broken { .. }), "{error:?}");
    // An input can override it, so it is not constant.
    let error = refused(|m| {
        let graph = m.graph.as_mut().expect("a graph");
        graph.input.push(float("w"));
    });
    assert!(matches!(error, NothingToDo));
    let error = refused(|m| {
        let mut turned = gemm(&["x", "w"], "y", 1.0, 1.0, false);
        turned.attribute.push(synthetic::integer("transA", 1));
        *node_of(m) = turned;
    });
    assert!(matches!(error, NothingToDo));
}

#[test]
fn files_that_are_no_models_and_places_that_are_taken_are_refused() {
    let folder = folder();
    let path = folder.path().join("model.onnx");
    let to = folder.path().join("out.onnx");
    let try_it = |to: &Path| quantize(&path, to, Range::Full);
    assert!(matches!(try_it(&to), Err(QuantizeError::Disk { .. })));
    fs::write(&path, b"not a model at all, but a letter").expect("written");
    assert!(matches!(try_it(&to), Err(QuantizeError::NotOnnx { .. })));
    let weights = vec![synthetic::external("w", &[4, 4], "out.onnx.data", 0, None)];
    fs::write(folder.path().join("out.onnx.data"), [0; 64]).expect("written");
    save(
        &path,
        &model(vec![node("MatMul", &["x", "w"], &["y"])], weights, "x", "y"),
    );
    assert!(matches!(try_it(&path), Err(QuantizeError::SameFile)));
    assert!(
        matches!(try_it(&to), Err(QuantizeError::SameFile)),
        "its weights stand there"
    );
    let absent = folder.path().join("absent").join("out.onnx");
    assert!(matches!(try_it(&absent), Err(QuantizeError::Disk { .. })));
}

#[test]
fn the_reduced_range_uses_seven_bits() {
    let folder = folder();
    let path = folder.path().join("model.onnx");
    let weights = vec![initializer("w", &[16, 16], &noise(256, 1))];
    save(
        &path,
        &model(vec![node("MatMul", &["x", "w"], &["y"])], weights, "x", "y"),
    );
    for (range, most) in [(Range::Full, 127), (Range::Reduced, 64)] {
        let to = folder.path().join(format!("{most}.onnx"));
        quantize(&path, &to, range).expect("quantised");
        let graph = store::read(&to).expect("a model").graph.expect("a graph");
        let raw = graph.initializer[0].raw_data().to_vec();
        let largest = raw.iter().map(|b| b.cast_signed().unsigned_abs()).max();
        assert_eq!(largest, Some(most));
    }
}

#[test]
fn a_published_int8_model_is_taken_and_a_missing_one_is_made() {
    let folder = folder();
    for tower in Tower::ALL {
        fs::create_dir(folder.path().join(tower.folder())).expect("a folder");
    }
    let visual = folder.path().join("visual");
    fs::copy(tiny("visual.onnx"), visual.join("model.onnx")).expect("copied");
    let error = prepare_int8(folder.path(), Range::Full).expect_err("no words");
    assert!(matches!(
        error,
        QuantizeError::NoModel {
            tower: Tower::Textual,
            ..
        }
    ));
    let published = folder.path().join("textual/model_quantized.onnx");
    fs::write(&published, b"").expect("written");
    let [visual, textual] = prepare_int8(folder.path(), Range::Full).expect("prepared");
    assert_eq!((textual.path, textual.origin), (published, Origin::Present));
    assert_eq!(visual.origin, Origin::Present, "made in the first attempt");
    session(&visual.path).expect("it runs");
    forget(&folder.path().join("visual")).expect("forgotten");
    let [visual, _] = prepare_int8(folder.path(), Range::Full).expect("prepared");
    assert!(matches!(visual.origin, Origin::Made(_)));
    forget(&folder.path().join("textual")).expect("nothing to forget");
}

#[test]
fn damaged_files_never_panic() {
    let folder = folder();
    let whole = fs::read(tiny("visual.onnx")).expect("readable");
    let path = folder.path().join("model.onnx");
    let to = folder.path().join("out.onnx");
    let mut refused = 0;
    for seed in 0..40u64 {
        let mut bytes = whole.clone();
        if seed % 2 == 0 {
            bytes.truncate(bytes.len() * (seed as usize + 1) / 41);
        } else {
            for x in noise(50, seed) {
                let at = (x.abs() * 20_000.0) as usize % bytes.len();
                bytes[at] ^= 0x55;
            }
        }
        fs::write(&path, bytes).expect("written");
        if quantize(&path, &to, Range::Full).is_err() {
            refused += 1;
        }
    }
    assert!(refused > 20, "{refused} of 40 refused");
}

#[test]
fn what_is_written_can_be_read_again() {
    let folder = folder();
    let to = folder.path().join("out.onnx");
    quantize(&tiny("textual.onnx"), &to, Range::Full).expect("quantised");
    let bytes = fs::read(&to).expect("readable");
    let model = ModelProto::decode(&bytes[..]).expect("a model");
    assert!(model.encode_to_vec() == bytes);
    let note = model.metadata_props.last().map(|p| (p.key(), p.value()));
    assert_eq!(
        note,
        Some(("veneer.int8", "dynamic, per column, 127 steps"))
    );
    let again = quantize(&to, &folder.path().join("twice.onnx"), Range::Full);
    assert!(matches!(again, Err(QuantizeError::AlreadyQuantized)));
}
