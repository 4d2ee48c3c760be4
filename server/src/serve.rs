//! Starting and stopping.

use std::{future::IntoFuture, net::SocketAddr, time::Duration};

use anyhow::Context;
use search::Veneer;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    audit,
    config::{Demo, ServeSettings},
    gate::Gate,
    jobs, metrics, models, operators, progress, router,
};

/// A server that answers.
pub struct Running {
    /// Where it listens; the port is a real one also when 0 was asked for.
    pub address: SocketAddr,
    /// Where it tells metrics.
    pub metrics: Option<SocketAddr>,
    veneer: Veneer,
    gate: Gate,
    drain: Duration,
    telling: Option<JoinHandle<()>>,
    stop: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
    worker: JoinHandle<()>,
}

/// Serves until Ctrl-C or SIGTERM, then closes the library in order. Asked while it still starts, it goes at once.
///
/// # Errors
/// As [`serve`]; what made the server stop of itself.
pub(crate) async fn serve_until_stopped(settings: ServeSettings) -> anyhow::Result<()> {
    let mut stop = stop_asked()?;
    let running = tokio::select! {
        running = serve(settings) => running?,
        _ = stop.wait_for(|stop| *stop) => return Ok(()),
    };
    // Fails only when nobody can ask any more, which means to stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
    running.stop().await
}

/// Opens the library, fills the demo library if it is wanted, and starts to listen. Says where on
/// the standard output.
///
/// # Errors
/// A sentence about what is in the way: the port, the library, the folder of the site.
pub async fn serve(settings: ServeSettings) -> anyhow::Result<Running> {
    // The port first: a port that is taken is found out before any work is done.
    let listener = TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    let address = listener.local_addr()?;
    let gate = Gate::new();
    let telling = match settings.metrics_listen {
        Some(listen) => Some(metrics::serve(listen, gate.clone()).await?),
        None => None,
    };
    let (stop, stopped) = watch::channel(false);
    let task = answer(listener, &gate, stopped.clone());
    let opened = open(&settings, &gate, address).await;
    let veneer = match opened {
        Ok(veneer) => veneer,
        Err(error) => {
            task.abort();
            if let Some((_, telling)) = telling {
                telling.abort();
            }
            return Err(error);
        }
    };
    let sweeper = sweep(
        veneer.clone(),
        settings.library.search_days,
        stopped.clone(),
    );
    tokio::spawn(sweeper);
    tokio::spawn(look_after_models(
        veneer.clone(),
        settings.model.clone(),
        stopped.clone(),
    ));
    tokio::spawn(look_after_indexes(veneer.clone(), stopped.clone()));
    let worker = tokio::spawn(jobs::beside(veneer.clone(), stopped));
    progress::say(format_args!("Veneer is at http://{address}"));
    let (metrics, telling) = telling.unzip();
    if let Some(metrics) = metrics {
        progress::say(format_args!("Metrics are at http://{metrics}/metrics"));
    }
    welcome_first(&veneer, &public_url(&settings, address)).await;
    Ok(Running {
        address,
        metrics,
        veneer,
        gate,
        drain: Duration::from_secs(settings.drain_seconds),
        telling,
        stop,
        task,
        worker,
    })
}

/// Answers at the gate, whatever is behind it, until it is told to stop and what has begun is answered.
fn answer(
    listener: TcpListener,
    gate: &Gate,
    mut until: watch::Receiver<bool>,
) -> JoinHandle<std::io::Result<()>> {
    let app = gate
        .router()
        .into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, app)
        .with_graceful_shutdown(async move {
            // Fails only when the sender is gone, which means to stop as well.
            let _ = until.wait_for(|stop| *stop).await;
        })
        .into_future();
    tokio::spawn(serving)
}

/// Opens the library and puts the site behind the gate.
async fn open(
    settings: &ServeSettings,
    gate: &Gate,
    address: SocketAddr,
) -> anyhow::Result<Veneer> {
    let veneer = Veneer::open(settings.library.for_search()?).await?;
    tracing::info!("{}", veneer.engine());
    if settings.demo == Demo::Auto && veneer.wants_demo().await? {
        progress::say(format_args!(
            "Rendering the demo library; this happens once."
        ));
        gate.starting("The demo library is being rendered; this happens once.");
        progress::with_bar(|bar| veneer.fill_demo(bar)).await?;
    }
    let app = router(settings, veneer.clone(), public_url(settings, address))?;
    // What is filtered by is read now, so that the first guest does not wait for it.
    let readiness = veneer.readiness().await;
    if let Some(trouble) = readiness.trouble {
        tracing::warn!(trouble, "the library is slow to answer");
    }
    gate.open(veneer.clone(), app);
    Ok(veneer)
}

/// Where the site is reached from outside.
fn public_url(settings: &ServeSettings, address: SocketAddr) -> String {
    let here = || format!("http://{address}");
    settings.public_url.clone().unwrap_or_else(here)
}

/// As long as nobody looks after the library, every start prints a link for whoever sees it first.
async fn welcome_first(veneer: &Veneer, public_url: &str) {
    let link = match veneer.has_operators().await {
        Ok(true) => return,
        Ok(false) => veneer.new_operator_link().await,
        Err(error) => Err(error),
    };
    match link {
        Ok(link) => progress::say(format_args!(
            "Nobody looks after this library yet. Become its operator, within a day: {}",
            operators::welcome(public_url, &link)
        )),
        Err(error) => tracing::warn!(%error, "no link for an operator could be made"),
    }
}

impl Running {
    /// What is served.
    pub fn veneer(&self) -> &Veneer {
        &self.veneer
    }

    /// Says that it is not ready any more, takes requests for as long as it was told to, lets those under way finish,
    /// for ten seconds at most, and closes the library.
    ///
    /// # Errors
    /// What went wrong while serving.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.gate.closing();
        tokio::time::sleep(self.drain).await;
        self.stop.send_replace(true);
        let patience = Duration::from_secs(10);
        let done = tokio::time::timeout(patience, self.task).await;
        // The job under way goes back to the queue.
        let _ = tokio::time::timeout(patience, self.worker).await;
        if let Some(telling) = self.telling {
            telling.abort();
        }
        self.veneer.close().await;
        if let Ok(done) = done {
            done??;
        }
        Ok(())
    }
}

/// Turns true when the process is asked to stop, from now on.
///
/// # Errors
/// When the system does not say it.
pub(crate) fn stop_asked() -> std::io::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    #[cfg(unix)]
    let asked = {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        let mut interrupted = signal(SignalKind::interrupt())?;
        async move {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = interrupted.recv() => {}
            }
        }
    };
    #[cfg(not(unix))]
    let asked = async {
        // Fails only when nothing listens, which is to say nobody will ask.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::spawn(async move {
        asked.await;
        stop.send_replace(true);
        // Dropped, it would wake those who wait for it.
        stop.closed().await;
    });
    Ok(stopped)
}

/// How often it is looked whether the library has outgrown comparing row by row.
const INDEX: Duration = Duration::from_secs(60);

/// Warms the index, and builds what is wanting as the library grows.
async fn look_after_indexes(veneer: Veneer, mut stop: watch::Receiver<bool>) {
    let work = async {
        if let Err(error) = veneer.warm().await {
            tracing::warn!(%error, "the index could not be warmed");
        }
        let mut every = tokio::time::interval(INDEX);
        loop {
            every.tick().await;
            let said = std::sync::atomic::AtomicU64::new(u64::MAX);
            let progress = |at: search::IndexProgress| {
                let tenth = at.done * 10 / at.all.max(1);
                if said.swap(tenth, std::sync::atomic::Ordering::Relaxed) != tenth {
                    tracing::info!("an index of {}: {} of {}", at.of, at.done, at.all);
                }
            };
            match veneer.build_indexes(&progress).await {
                Ok(0) => {}
                Ok(built) => tracing::info!(built, "new indexes are in use"),
                Err(error) => tracing::warn!(%error, "an index could not be built"),
            }
        }
    };
    tokio::select! {
        () = work => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// How often it is looked whether another process changed the model.
const FOLLOW: Duration = Duration::from_secs(10);

/// Says how vision models behind HTTP do, changes to the model that was asked for, then follows what other
/// processes change. Nobody waits for any of it.
async fn look_after_models(
    veneer: Veneer,
    wanted: Option<String>,
    mut stop: watch::Receiver<bool>,
) {
    let work = async {
        for (works, sentence) in veneer.probe_describers().await {
            if works {
                tracing::info!("{sentence}");
            } else {
                tracing::warn!("{sentence}");
            }
        }
        if let Err(error) = models::renew(&veneer).await {
            tracing::error!(%error, "parts of the library have no look by this version");
        }
        if let Some(name) = wanted.filter(|name| *name != veneer.model_in_use()) {
            progress::say(format_args!(
                "Embedding the library with {name}; searches go on with {}.",
                veneer.model_in_use()
            ));
            match progress::with_bar(|bar| veneer.use_model(&name, bar)).await {
                Ok(done) => {
                    progress::say(format_args!("{}", models::told(&done)));
                    audit::note(&veneer, "model", &models::changed(&done)).await;
                }
                Err(error) => tracing::error!(%error, name, "the model stays as it is"),
            }
        }
        let mut every = tokio::time::interval(FOLLOW);
        let mut told = String::new();
        loop {
            every.tick().await;
            let now = match veneer.follow_model().await {
                Ok(()) => String::new(),
                Err(error) => error.to_string(),
            };
            if now != told && !now.is_empty() {
                tracing::warn!(error = now, "the model that others use does not work here");
            }
            told = now;
        }
    };
    tokio::select! {
        () = work => {}
        _ = stop.changed() => {}
    }
}

/// Lets searches age out, once an hour.
async fn sweep(veneer: Veneer, days: u32, mut stop: watch::Receiver<bool>) {
    let mut hour = tokio::time::interval(Duration::from_secs(3600));
    loop {
        tokio::select! {
            _ = hour.tick() => {}
            _ = stop.changed() => return,
        }
        match veneer.sweep(days).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "searches and analyses aged out"),
            Err(error) => tracing::warn!(%error, "searches could not be swept"),
        }
    }
}
