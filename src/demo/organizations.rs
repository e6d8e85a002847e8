//! The invented organizations. Each name says what it is.

/// An invented organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: &'static str,
    /// Its name, marked as demonstration.
    pub name: &'static str,
    /// Entitlement travel is notified, not cleared.
    pub entitlement_notify_only: bool,
    /// Most people of it on one flight.
    pub flight_concentration_max: i32,
    /// Subject of its machine client's tokens.
    pub client: &'static str,
    /// Its share of the population, in weights.
    pub(super) share: u32,
}

const fn organization(
    id: &'static str,
    name: &'static str,
    client: &'static str,
    share: u32,
) -> Organization {
    Organization {
        id,
        name,
        entitlement_notify_only: false,
        flight_concentration_max: 30,
        client,
        share,
    }
}

/// All of them; the first two are those of `erp` and `erp2`.
pub const ORGANIZATIONS: [Organization; 6] = [
    organization("demo-relief", "Relief Office (demonstration)", "erp", 25),
    organization("demo-children", "Children's Programme (demonstration)", "erp2", 22),
    organization("demo-food", "Food Logistics Agency (demonstration)", "erp3", 20),
    organization("demo-health", "Health Bureau (demonstration)", "erp4", 15),
    Organization {
        entitlement_notify_only: true,
        ..organization("demo-growth", "Development Fund (demonstration)", "erp5", 12)
    },
    Organization {
        flight_concentration_max: 12,
        ..organization("demo-climate", "Climate Secretariat (demonstration)", "erp6", 6)
    },
];
