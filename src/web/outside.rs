//! Which addresses outside may be asked (fine-print.md, "HTTPS, webhooks, alerts"): https on ports
//! 443 and 8443 of public addresses. A caller must not be able to have the service's own network asked.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use rustls::crypto::ring;
use tokio::net::lookup_host;

const LONGEST: usize = 2048;
const PORTS: [u16; 2] = [443, 8443];
/// Idle connections that are kept for one address.
const IDLE: usize = 4;

/// IPv4 networks that are not the public internet (IANA's special-purpose registry, multicast and
/// what is reserved).
const NOT_PUBLIC_4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The one block of IPv6 that is routed publicly; loopback, link-local, private, multicast, mapped
/// and translated addresses lie outside it.
const PUBLIC_6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Networks within it that are not: protocol assignments and Teredo, documentation, 6to4.
const NOT_PUBLIC_6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// An address that is not public, among those of a name. Which one is nobody's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the name leads to an address that is not public")]
struct NotPublic;

/// Why a URL cannot be an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlFault {
    /// Not a URL of at most 2048 characters with a host.
    #[error("must be a URL with a host, of at most 2048 characters")]
    Unreadable,
    /// Another scheme.
    #[error("must begin with https://")]
    Scheme,
    /// Another port.
    #[error("must have port 443 or 8443")]
    Port,
    /// User name, password or fragment.
    #[error("must have neither user name, password nor fragment")]
    Ornament,
    /// An address that is not public.
    #[error("must lead to a public address")]
    Address,
}

impl UrlFault {
    /// The code of the defect.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "FORMAT",
            Self::Scheme => "SCHEME",
            Self::Port => "PORT",
            Self::Ornament => "URL_ORNAMENT",
            Self::Address => "ADDRESS_REFUSED",
        }
    }
}

/// Reads a URL that may be asked, as far as the text alone tells. A host that is a name is looked at
/// when it is resolved.
pub fn endpoint(text: &str, allow_loopback: bool) -> Result<Url, UrlFault> {
    let url = Url::parse(text).map_err(|_unreadable| UrlFault::Unreadable)?;
    let host = url.host_str().filter(|_| text.len() <= LONGEST).ok_or(UrlFault::Unreadable)?;
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(UrlFault::Ornament);
    }
    // The parser has already made one address of every way to write it, such as 0x7f.1.
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    if allow_loopback && address.is_some_and(|address| address.is_loopback()) {
        return if ["http", "https"].contains(&url.scheme()) {
            Ok(url)
        } else {
            Err(UrlFault::Scheme)
        };
    }
    if url.scheme() != "https" {
        return Err(UrlFault::Scheme);
    }
    if !url.port_or_known_default().is_some_and(|port| PORTS.contains(&port)) {
        return Err(UrlFault::Port);
    }
    if address.is_some_and(|address| !is_public(address)) {
        return Err(UrlFault::Address);
    }
    Ok(url)
}

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => !NOT_PUBLIC_4.iter().any(|(network, length)| {
            prefix(four.to_bits().into(), 32, *length)
                == prefix(network.to_bits().into(), 32, *length)
        }),
        IpAddr::V6(six) => {
            let within = |(network, length): &(Ipv6Addr, u32)| {
                prefix(six.to_bits(), 128, *length) == prefix(network.to_bits(), 128, *length)
            };
            within(&PUBLIC_6) && !NOT_PUBLIC_6.iter().any(within)
        }
    }
}

/// The first `length` of `bits` bits.
const fn prefix(address: u128, bits: u32, length: u32) -> u128 {
    address >> (bits - length)
}

/// The HTTPS client for addresses outside: it resolves through the guard, follows nothing, and knows
/// no proxy. With `allow_loopback`, for tests, it asks this machine too, also without TLS.
pub fn outside_client(timeout: Duration, allow_loopback: bool) -> Result<Client, reqwest::Error> {
    // Another part of the process may have installed one already: the same.
    let _installed_before = ring::default_provider().install_default();
    Client::builder()
        .dns_resolver(Guard { allow_loopback })
        .redirect(Policy::none())
        .no_proxy()
        .https_only(!allow_loopback)
        .timeout(timeout)
        .pool_max_idle_per_host(IDLE)
        .user_agent("safeconduct")
        .build()
}

/// Whether a request failed because a name leads to an address that is not public.
pub fn was_refused(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<NotPublic>() {
            return true;
        }
        source = cause.source();
    }
    false
}

/// Resolves a name once; the connection goes to what was looked at here and nowhere else.
#[derive(Debug, Clone, Copy)]
struct Guard {
    /// For tests.
    allow_loopback: bool,
}

impl Guard {
    fn permits(self, address: IpAddr) -> bool {
        is_public(address) || (self.allow_loopback && address.is_loopback())
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> = lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !guard.permits(address.ip())) {
                return Err(Box::<dyn Error + Send + Sync>::from(NotPublic));
            }
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_address_that_is_not_public_is_refused() {
        let refused = [
            "https://127.0.0.1/",
            "https://127.255.255.254/",
            "https://0.0.0.0/",
            "https://10.0.0.1/",
            "https://172.16.0.1/",
            "https://172.31.255.255/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://100.64.0.1/",
            "https://100.127.255.255/",
            "https://192.0.0.8/",
            "https://192.0.2.1/",
            "https://198.18.0.1/",
            "https://198.51.100.1/",
            "https://203.0.113.1/",
            "https://224.0.0.1/",
            "https://239.255.255.255/",
            "https://255.255.255.255/",
            // other ways to write them
            "https://0x7f.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://10.1/",
            "https://127.0.0.1./",
            "https://①②⑦.0.0.1/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:8.8.8.8]/",
            "https://[::127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[64:ff9b:1::1]/",
            "https://[100::1]/",
            "https://[fe80::1]/",
            "https://[fec0::1]/",
            "https://[fc00::1]/",
            "https://[fd12:3456::1]/",
            "https://[ff02::1]/",
            "https://[2001::1]/",
            "https://[2001:db8::1]/",
            "https://[2002:7f00:1::]/",
            "https://[3fff::1]/",
        ];
        for url in refused {
            assert_eq!(endpoint(url, false), Err(UrlFault::Address), "{url}");
        }
        for url in
            ["https://8.8.8.8/", "https://[2606:4700:4700::1111]/x?y=z", "https://172.32.0.1/"]
        {
            assert!(endpoint(url, false).is_ok(), "{url}");
        }
    }

    #[test]
    fn only_https_on_its_ports_and_without_ornament_is_taken() {
        let told = |url: &str| endpoint(url, false).err();
        assert_eq!(told("https://hooks.example.org/in"), None);
        assert_eq!(told("https://hooks.example.org:8443/in"), None);
        assert_eq!(told("http://hooks.example.org/"), Some(UrlFault::Scheme));
        assert_eq!(told("ftp://hooks.example.org/"), Some(UrlFault::Scheme));
        assert_eq!(told("https://hooks.example.org:22/"), Some(UrlFault::Port));
        assert_eq!(told("https://me:secret@hooks.example.org/"), Some(UrlFault::Ornament));
        assert_eq!(told("https://hooks.example.org/#x"), Some(UrlFault::Ornament));
        for unreadable in ["", "hooks.example.org", "https://", "data:text/plain,x"] {
            assert_eq!(told(unreadable), Some(UrlFault::Unreadable), "{unreadable}");
        }
        let long = format!("https://hooks.example.org/{}", "x".repeat(2048));
        assert_eq!(told(&long), Some(UrlFault::Unreadable));
    }

    #[test]
    fn tests_reach_this_machine_and_nothing_else_that_is_private() {
        assert!(endpoint("http://127.0.0.1:4711/", true).is_ok());
        assert!(endpoint("http://[::1]:4711/", true).is_ok());
        assert_eq!(endpoint("http://192.168.1.1/", true), Err(UrlFault::Scheme));
        assert_eq!(endpoint("https://192.168.1.1/", true), Err(UrlFault::Address));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_refused_when_it_is_resolved() {
        let name: Name = "localhost".parse().unwrap();
        let refused = Guard { allow_loopback: false }.resolve(name).await.err().unwrap();
        assert!(refused.is::<NotPublic>(), "{refused}");
        let name: Name = "localhost".parse().unwrap();
        let found = Guard { allow_loopback: true }.resolve(name).await.ok().unwrap();
        assert!(found.map(|address| address.ip()).all(|address| address.is_loopback()));
    }
}
