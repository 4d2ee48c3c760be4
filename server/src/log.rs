//! What is told while it runs: lines for people, or JSON for machines that collect it, and traces for a collector.

use std::io::{IsTerminal, stderr};

use clap::ValueEnum;
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, layer::SubscriberExt, registry::LookupSpan, util::SubscriberInitExt,
};

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for people
    Text,
    /// A JSON object a line
    Json,
}

/// What is traced: our spans, and what the database was asked in them.
#[cfg(feature = "otlp")]
const TRACED: &str = "off,server=info,search=info,catalog=info,vision=info,sqlx::query=debug";

/// What has to be ended in order.
#[derive(Default)]
pub struct Ends {
    #[cfg(feature = "otlp")]
    traces: Option<crate::trace::Traces>,
}

impl Ends {
    /// Sends what waits to be sent; outside of the runtime, while there still is one.
    pub fn end(self) {
        #[cfg(feature = "otlp")]
        if let Some(traces) = self.traces {
            traces.end();
        }
    }
}

/// Begins to log on the standard error what `VENEER_LOG` asks for, in the syntax of `tracing`, and to send traces
/// where a collector is named. Inside the runtime.
///
/// # Errors
/// A sentence when traces cannot be sent there.
pub fn begin(format: LogFormat, collector: Option<&str>) -> anyhow::Result<Ends> {
    let filter = EnvFilter::try_from_env("VENEER_LOG").unwrap_or_else(|_| {
        EnvFilter::new("warn,server=info,search=info,catalog=info,vision=info")
    });
    #[cfg(feature = "otlp")]
    if let Some(collector) = collector {
        let traces = crate::trace::Traces::to(collector)?;
        let spans = tracing_opentelemetry::layer()
            .with_tracer(traces.tracer())
            .with_location(false)
            .with_threads(false)
            .with_filter(EnvFilter::new(TRACED));
        tracing_subscriber::registry()
            .with(lines(format).with_filter(filter))
            .with(spans)
            .init();
        return Ok(Ends {
            traces: Some(traces),
        });
    }
    #[cfg(not(feature = "otlp"))]
    if collector.is_some() {
        anyhow::bail!("this Veneer was built without traces; build it with the feature `otlp`");
    }
    // One filter for everything where there is but one reader: filters of single layers are only for two.
    tracing_subscriber::registry()
        .with(filter)
        .with(lines(format))
        .init();
    Ok(Ends::default())
}

/// Lines on the standard error.
fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(stderr);
    match format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
    }
}
