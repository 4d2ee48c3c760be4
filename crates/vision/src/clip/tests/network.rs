//! What is a tower and what is not, and what becomes of strange numbers.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use super::{
    super::{
        ClipError,
        backend::{Backend, Data, Element, Port, Tensor},
        network::{Network, Row},
    },
    Fake, port,
};

const FILE: &str = "model.onnx";

fn boxed(inputs: Vec<Port>, outputs: Vec<Port>) -> Box<dyn Backend> {
    let run = |_| Err("not run here".to_owned());
    Box::new(Fake {
        inputs,
        outputs,
        run,
    })
}

fn pixels(shape: [Option<usize>; 4]) -> Vec<Port> {
    vec![port("image", Element::F32, &shape)]
}

fn embedding(dims: Option<usize>) -> Vec<Port> {
    vec![port("embedding", Element::F32, &[None, dims])]
}

fn image(inputs: Vec<Port>, outputs: Vec<Port>) -> Result<Network, ClipError> {
    Network::image(Path::new(FILE), boxed(inputs, outputs), (8, 8), 4)
}

fn text(inputs: Vec<Port>, length: Option<usize>) -> Result<Network, ClipError> {
    let outputs = embedding(None);
    Network::text(Path::new(FILE), boxed(inputs, outputs), length, 4)
}

fn sentence(result: Result<Network, ClipError>) -> String {
    match result {
        Ok(_) => panic!("this is no tower"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_image_tower_takes_pictures_of_the_right_size() {
    let free = [None, None, None, None];
    assert!(image(pixels(free), embedding(None)).is_ok());
    let fixed = [Some(1), Some(3), Some(8), Some(8)];
    assert!(image(pixels(fixed), embedding(Some(4))).is_ok());

    let larger = image(pixels([None, Some(3), Some(16), Some(16)]), embedding(None));
    assert!(sentence(larger).contains("16×16 in the model and 8×8 in the settings"));
    let wider = image(pixels(fixed), embedding(Some(512)));
    assert!(sentence(wider).contains("512 in the model and 4 in the settings"));
    let grey = image(pixels([None, Some(1), Some(8), Some(8)]), embedding(None));
    assert!(sentence(grey).contains("three channels"));
    let bytes = vec![port("image", Element::Other("u8".to_owned()), &free)];
    assert!(sentence(image(bytes, embedding(None))).contains("image u8 [?, ?, ?, ?]"));
    let flat = vec![port("x", Element::F32, &[None, Some(10)])];
    assert!(sentence(image(flat, embedding(None))).contains("not a CLIP model"));
    assert!(sentence(image(vec![], embedding(None))).contains("not a CLIP model"));
    let classes = vec![port("boxes", Element::F32, &[None, None, Some(4)])];
    assert!(sentence(image(pixels(free), classes)).contains("boxes"));
    assert!(sentence(image(pixels(free), vec![])).contains("output of embeddings"));
}

#[test]
fn the_output_that_counts_is_found_by_name_then_by_shape() {
    let outputs = vec![
        port("last_hidden_state", Element::F32, &[None, None, Some(7)]),
        port("pooled", Element::F32, &[None, Some(9)]),
        port("text_embeds", Element::F32, &[None, Some(4)]),
    ];
    assert!(image(pixels([None; 4]), outputs.clone()).is_ok());
    let unnamed = outputs[..2].to_vec();
    assert!(sentence(image(pixels([None; 4]), unnamed)).contains("9 in the model"));
}

#[test]
fn a_text_tower_takes_tokens() {
    let ids = |element, length| vec![port("input_ids", element, &[None, length])];
    let length = |result: Result<Network, ClipError>| result.map(|n| n.row()[0]).ok();
    assert_eq!(length(text(ids(Element::I64, Some(77)), None)), Some(77));
    assert_eq!(length(text(ids(Element::I32, None), Some(64))), Some(64));
    let differ = text(ids(Element::I64, Some(77)), Some(64));
    assert!(sentence(differ).contains("77 in the model and 64 in the settings"));
    assert!(sentence(text(ids(Element::I64, None), None)).contains("how many tokens"));
    let float = text(ids(Element::F32, Some(77)), None);
    assert!(sentence(float).contains("input_ids f32"));
    let mut two = ids(Element::I64, Some(77));
    two.push(port("attention_mask", Element::I64, &[None, Some(77)]));
    assert_eq!(length(text(two.clone(), None)), Some(77));
    two.push(port(
        "pixel_values",
        Element::F32,
        &[None, None, None, None],
    ));
    assert!(sentence(text(two, None)).contains("pixel_values"));
}

/// A tower of pictures of one pixel, which gives the pixel and a one, and notes the shapes it ran.
fn noting(batch: Option<usize>) -> (Network, Arc<Mutex<Vec<usize>>>) {
    let shapes = Arc::new(Mutex::new(Vec::new()));
    let noted = shapes.clone();
    let run = move |inputs: Vec<Tensor>| {
        let [
            Tensor {
                shape,
                data: Data::F32(numbers),
            },
        ] = &inputs[..]
        else {
            return Err("no pictures".to_owned());
        };
        noted.lock().expect("lock").push(shape[0]);
        Ok((vec![shape[0], 3], numbers.clone()))
    };
    let backend = Fake {
        inputs: vec![port(
            "image",
            Element::F32,
            &[batch, Some(3), Some(1), Some(1)],
        )],
        outputs: embedding(Some(3)),
        run,
    };
    let network = Network::image(Path::new(FILE), Box::new(backend), (1, 1), 3);
    (network.expect("is CLIP"), shapes)
}

fn rows(count: usize) -> Vec<Row> {
    (0..count)
        .map(|i| Row::Picture(vec![i as f32, 1.0, 0.0]))
        .collect()
}

#[test]
fn a_fixed_batch_is_filled_up_and_a_free_one_is_not() {
    for (batch, count, expected) in [
        (None, 5, vec![5]),
        (Some(1), 3, vec![1, 1, 1]),
        (Some(4), 5, vec![4, 4]),
        (Some(4), 4, vec![4]),
    ] {
        let (mut network, shapes) = noting(batch);
        let vectors = network.run(&rows(count)).expect("runs");
        assert_eq!(vectors.len(), count);
        for (i, vector) in vectors.into_iter().enumerate() {
            let vector = vector.expect("is a vector");
            let length: f32 = vector.iter().map(|v| v * v).sum();
            assert!((length - 1.0).abs() < 1e-6);
            assert!((vector[0] / vector[1] - i as f32).abs() < 1e-4, "row {i}");
        }
        assert_eq!(*shapes.lock().expect("lock"), expected);
    }
}

#[test]
fn numbers_that_are_none_are_an_error_for_their_row_alone() {
    let (mut network, _) = noting(None);
    let given = vec![
        Row::Picture(vec![1.0, 2.0, 2.0]),
        Row::Picture(vec![f32::NAN, 1.0, 0.0]),
        Row::Picture(vec![f32::INFINITY, 1.0, 0.0]),
        Row::Picture(vec![0.0; 3]),
        Row::Picture(vec![f32::MAX, f32::MAX, 0.0]),
    ];
    let vectors = network.run(&given).expect("runs");
    let good: Vec<bool> = vectors.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, false, false, false, true]);
    assert!(vectors.iter().flatten().flatten().all(|n| n.is_finite()));
}

#[test]
fn rows_that_do_not_fit_are_refused_before_they_run() {
    let (mut network, shapes) = noting(None);
    assert!(network.run(&[Row::Picture(vec![1.0; 4])]).is_err());
    let text = Row::Text {
        ids: vec![1; 3],
        mask: vec![1; 3],
    };
    assert!(network.run(&[text]).is_err());
    assert_eq!(network.run(&[]).expect("nothing is nothing").len(), 0);
    assert!(shapes.lock().expect("lock").is_empty());
}

#[test]
fn an_answer_of_another_shape_is_an_error() {
    let backend = Fake {
        inputs: pixels([None, Some(3), Some(8), Some(8)]),
        outputs: embedding(None),
        run: |_| Ok((vec![1, 5], vec![1.0; 5])),
    };
    let network = Network::image(Path::new(FILE), Box::new(backend), (8, 8), 4);
    let row = Row::Picture(vec![0.0; 3 * 64]);
    let error = network
        .expect("is CLIP")
        .run(&[row])
        .expect_err("5 is not 4");
    assert!(error.contains("[1, 5]"), "{error}");
}
