//! The budget for vision models, kept by the library: it holds over processes and restarts.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use catalog::Catalog;
use eyes::{ProviderCall, eyes};
use vision::provider::{Booking, Call, Caps, Ledger, MicroUsd, OverBudget, Reservation};

/// The library as the book of what was spent.
pub(crate) struct Wallet {
    catalog: Catalog,
    /// What this process paid through this wallet.
    paid: Arc<AtomicU64>,
}

impl Wallet {
    pub fn new(catalog: &Catalog) -> Self {
        Self {
            catalog: catalog.clone(),
            paid: Arc::default(),
        }
    }

    /// What is paid from now on, in millionths of a US dollar.
    pub fn paid(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.paid)
    }
}

fn unavailable(error: catalog::CatalogError) -> OverBudget {
    OverBudget::Unavailable(error.to_string())
}

impl Ledger for Wallet {
    fn reserve<'a>(
        &'a self,
        provider: &'a str,
        micro_usd: MicroUsd,
        caps: Caps,
    ) -> Booking<'a, Reservation> {
        Box::pin(async move {
            let booked = self
                .catalog
                .reserve(provider, micro_usd, caps.day, caps.month)
                .await
                .map_err(unavailable)?;
            match booked {
                Some(reservation) => Ok(Reservation {
                    id: reservation.id(),
                    provider: provider.to_owned(),
                    micro_usd,
                }),
                None => {
                    // Which cap it was is for the log only; both are asked in one step.
                    let spent = self.catalog.spent(None).await.map_err(unavailable)?;
                    let over = |cap: Option<MicroUsd>, used: u64| {
                        cap.is_some_and(|cap| used.saturating_add(micro_usd) > cap)
                    };
                    Err(if over(caps.month, spent.month) {
                        OverBudget::Month
                    } else {
                        OverBudget::Day
                    })
                }
            }
        })
    }

    fn settle(&self, reservation: Reservation, actual: MicroUsd) -> Booking<'_, ()> {
        Box::pin(async move {
            self.paid.fetch_add(actual, Ordering::Relaxed);
            let booked = catalog::Reservation::new(reservation.id, reservation.micro_usd);
            self.catalog
                .settle(booked, actual)
                .await
                .map_err(unavailable)
        })
    }

    fn release(&self, reservation: Reservation) -> Booking<'_, ()> {
        Box::pin(async move {
            let booked = catalog::Reservation::new(reservation.id, reservation.micro_usd);
            self.catalog.release(booked).await.map_err(unavailable)
        })
    }

    fn record(&self, call: Call) -> Booking<'_, ()> {
        eyes().provider_call(&ProviderCall {
            provider: &call.provider,
            model: &call.model,
            kind: call.kind,
            outcome: call.outcome,
            took: call.took,
            micro_usd: call.micro_usd,
        });
        Box::pin(async move {
            let call = catalog::Call {
                provider: call.provider,
                model: call.model,
                kind: call.kind.to_owned(),
                input_tokens: call.usage.input,
                output_tokens: call.usage.output,
                micro_usd: call.micro_usd,
                took: call.took,
                outcome: call.outcome.to_owned(),
            };
            self.catalog.record_call(&call).await.map_err(unavailable)
        })
    }
}
