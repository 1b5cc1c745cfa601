use std::path::PathBuf;

use ossum_client::ClearText;
use ossum_config::{Access, Flags};
use ossum_types::Network;

/// Where the service is, who asks, and by which way.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Connection")]
#[allow(clippy::struct_excessive_bools)] // each is a switch that may be typed
pub(crate) struct ConnectionArgs {
    /// Address of the service, such as oss-cn-hangzhou.aliyuncs.com [env: OSS_ENDPOINT]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// Region, such as cn-hangzhou [env: OSS_REGION]
    #[arg(long, global = true)]
    pub(crate) region: Option<String>,

    /// Profile of the configuration files to take settings from; it counts before the environment
    /// [env: OSS_PROFILE, which does not]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Read this configuration file and no other: ossum's, ossutil's, or that of the Alibaba Cloud CLI
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Take the region's endpoint inside Alibaba Cloud
    #[arg(long, global = true, conflicts_with = "accelerate")]
    internal: bool,

    /// Take the endpoint of transfer acceleration
    #[arg(long, global = true)]
    accelerate: bool,

    /// Sign nothing: read what is public
    #[arg(long, global = true)]
    anonymous: bool,

    /// Version of signatures: v4 or v1
    #[arg(long, global = true, value_name = "VERSION", hide_short_help = true)]
    sign_version: Option<String>,

    /// How addresses name the bucket: auto, virtual, path or cname
    #[arg(long, global = true, value_name = "STYLE", hide_short_help = true)]
    addressing: Option<String>,

    /// Proxy for everything; without it HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY count
    #[arg(long, global = true, value_name = "URL", hide_short_help = true)]
    proxy: Option<String>,

    /// Trust the certificates in this PEM file as well
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true)]
    ca: Option<PathBuf>,

    /// Trust every certificate: anyone on the way can read and change everything
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) insecure: bool,

    /// Send signed requests in the clear, to other machines as well
    #[arg(long, global = true, hide_short_help = true)]
    allow_http: bool,

    /// How often a failed request is repeated [default: 8]
    #[arg(long, global = true, value_name = "N", hide_short_help = true)]
    retries: Option<String>,

    /// How long nothing may move [default: 30s; at least 5 minutes where OSS joins or copies parts]
    #[arg(long, global = true, value_name = "DURATION", hide_short_help = true)]
    pub(crate) timeout: Option<String>,
}

impl ConnectionArgs {
    /// The same to another place: what was typed of where the service is counts no more.
    pub(crate) fn elsewhere(
        &self,
        endpoint: Option<String>,
        region: Option<String>,
        profile: Option<String>,
    ) -> Self {
        Self {
            endpoint,
            region,
            profile: profile.or_else(|| self.profile.clone()),
            internal: false,
            accelerate: false,
            ..self.clone()
        }
    }

    /// The same as plain values.
    pub(crate) fn flags(&self) -> Flags {
        Flags {
            profile: self.profile.clone(),
            config: self.config.clone(),
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            network: self.network(),
            sign_version: self.sign_version.clone(),
            addressing: self.addressing.clone(),
            access: if self.anonymous {
                Access::Anonymous
            } else {
                Access::Signed
            },
            proxy: self.proxy.clone(),
            ca: self.ca.clone(),
            insecure: self.insecure,
            clear_text: if self.allow_http {
                ClearText::Allow
            } else {
                ClearText::LoopbackOnly
            },
            retries: self.retries.clone(),
            timeout: self.timeout.clone(),
        }
    }

    fn network(&self) -> Option<Network> {
        match (self.internal, self.accelerate) {
            (true, _) => Some(Network::Internal),
            (_, true) => Some(Network::Accelerate),
            _ => None,
        }
    }
}
