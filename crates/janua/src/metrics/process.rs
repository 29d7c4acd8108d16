//! What the process takes of the machine, under the names that Prometheus knows. Read from `/proc` when asked for;
//! where there is none, these figures are absent.

use prometheus_client::registry::Registry;

#[cfg(not(target_os = "linux"))]
pub(super) fn register(_: &mut Registry) {}

#[cfg(target_os = "linux")]
pub(super) fn register(registry: &mut Registry) {
    registry.register_collector(Box::new(linux::Process));
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fmt::Error;

    use procfs::WithCurrentSystemInfo;
    use prometheus_client::collector::Collector;
    use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
    use prometheus_client::metrics::counter::ConstCounter;
    use prometheus_client::metrics::gauge::ConstGauge;

    #[derive(Debug)]
    pub(super) struct Process;

    #[expect(clippy::cast_precision_loss, reason = "figures for a graph")]
    impl Collector for Process {
        fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), Error> {
            let Ok(process) = procfs::process::Process::myself() else {
                return Ok(());
            };
            let mut write =
                |name: &str, help: &str, metric: &dyn Written| metric.write(&mut encoder, name, help);
            if let Ok(stat) = process.stat() {
                let ticks = procfs::ticks_per_second() as f64;
                let cpu = ConstCounter::new((stat.utime + stat.stime) as f64 / ticks);
                write("process_cpu_seconds", "Processor time spent", &cpu)?;
                let resident = ConstGauge::new(stat.rss_bytes().get() as f64);
                write("process_resident_memory_bytes", "Memory in RAM", &resident)?;
                let virtual_memory = ConstGauge::new(stat.vsize as f64);
                write(
                    "process_virtual_memory_bytes",
                    "Memory addressed",
                    &virtual_memory,
                )?;
                let threads = ConstGauge::new(stat.num_threads as f64);
                write("process_threads", "Threads", &threads)?;
                if let Ok(boot) = procfs::boot_time_secs() {
                    let started = ConstGauge::new(boot as f64 + stat.starttime as f64 / ticks);
                    write(
                        "process_start_time_seconds",
                        "When it started, in Unix seconds",
                        &started,
                    )?;
                }
            }
            if let Ok(count) = process.fd_count() {
                write(
                    "process_open_fds",
                    "Open file descriptors",
                    &ConstGauge::new(count as f64),
                )?;
            }
            if let Ok(limits) = process.limits()
                && let procfs::process::LimitValue::Value(most) = limits.max_open_files.soft_limit
            {
                write(
                    "process_max_fds",
                    "File descriptors that may be open",
                    &ConstGauge::new(most as f64),
                )?;
            }
            Ok(())
        }
    }

    trait Written {
        fn write(&self, encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str) -> Result<(), Error>;
    }

    impl<M: EncodeMetric> Written for M {
        fn write(&self, encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str) -> Result<(), Error> {
            let metric = encoder.encode_descriptor(name, help, None, self.metric_type())?;
            self.encode(metric)
        }
    }
}
