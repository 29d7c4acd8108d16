//! Where in the console of a provider each thing is found or put, in the words of that console.

/// What is copied where, for SAML.
#[derive(Clone, Copy, Debug)]
pub struct SamlGuide {
    /// Where an application is added.
    pub menu: &'static str,
    /// The field for our entity id.
    pub entity_id: &'static str,
    /// The field for the address that takes answers.
    pub acs_url: &'static str,
    /// Where the provider shows its own metadata.
    pub metadata: &'static str,
}

/// What is copied where, for OpenID Connect.
#[derive(Clone, Copy, Debug)]
pub struct OidcGuide {
    /// Where an application is added.
    pub menu: &'static str,
    /// The field for the address that takes people back.
    pub redirect_uri: &'static str,
    /// What the issuer looks like.
    pub issuer: &'static str,
}

/// An identity provider that many use.
#[derive(Clone, Copy, Debug)]
pub struct Guide {
    /// As in the address of the page.
    pub id: &'static str,
    /// As people know it.
    pub name: &'static str,
    /// For SAML.
    pub saml: SamlGuide,
    /// For OpenID Connect.
    pub oidc: OidcGuide,
}

/// All of them, by their names.
pub const ALL: [Guide; 7] = [
    Guide {
        id: "adfs",
        name: "AD FS",
        saml: SamlGuide {
            menu: "AD FS Management › Relying Party Trusts › Add Relying Party Trust… › Claims aware › Enter data about the relying party manually",
            entity_id: "Relying party trust identifier",
            acs_url: "Relying party SAML 2.0 SSO service URL",
            metadata: "https://<host>/FederationMetadata/2007-06/FederationMetadata.xml",
        },
        oidc: OidcGuide {
            menu: "AD FS Management › Application Groups › Add Application Group… › Server application",
            redirect_uri: "Redirect URI",
            issuer: "https://<host>/adfs",
        },
    },
    Guide {
        id: "google",
        name: "Google Workspace",
        saml: SamlGuide {
            menu: "Admin console › Apps › Web and mobile apps › Add app › Add custom SAML app",
            entity_id: "Entity ID",
            acs_url: "ACS URL",
            metadata: "Google Identity Provider details › Download metadata",
        },
        oidc: OidcGuide {
            menu: "Google Cloud console › APIs & Services › Credentials › Create credentials › OAuth client ID › Web application",
            redirect_uri: "Authorized redirect URIs",
            issuer: "https://accounts.google.com",
        },
    },
    Guide {
        id: "jumpcloud",
        name: "JumpCloud",
        saml: SamlGuide {
            menu: "SSO Applications › Add New Application › Custom Application › Manage Single Sign-On (SSO) › Configure SSO with SAML",
            entity_id: "SP Entity ID",
            acs_url: "ACS URLs",
            metadata: "SSO › JumpCloud Metadata › Export Metadata",
        },
        oidc: OidcGuide {
            menu: "SSO Applications › Add New Application › Custom Application › Manage Single Sign-On (SSO) › Configure SSO with OIDC",
            redirect_uri: "Redirect URIs",
            issuer: "https://oauth.id.jumpcloud.com/",
        },
    },
    Guide {
        id: "keycloak",
        name: "Keycloak",
        saml: SamlGuide {
            menu: "Clients › Create client › Client type: SAML",
            entity_id: "Client ID",
            acs_url: "Valid redirect URIs, Master SAML Processing URL",
            metadata: "https://<host>/realms/<realm>/protocol/saml/descriptor",
        },
        oidc: OidcGuide {
            menu: "Clients › Create client › Client type: OpenID Connect › Client authentication: On",
            redirect_uri: "Valid redirect URIs",
            issuer: "https://<host>/realms/<realm>",
        },
    },
    Guide {
        id: "entra",
        name: "Microsoft Entra ID",
        saml: SamlGuide {
            menu: "Enterprise applications › New application › Create your own application › Single sign-on › SAML",
            entity_id: "Identifier (Entity ID)",
            acs_url: "Reply URL (Assertion Consumer Service URL)",
            metadata: "SAML Certificates › App Federation Metadata Url",
        },
        oidc: OidcGuide {
            menu: "App registrations › New registration › Redirect URI: Web",
            redirect_uri: "Redirect URI",
            issuer: "https://login.microsoftonline.com/<tenant>/v2.0",
        },
    },
    Guide {
        id: "okta",
        name: "Okta",
        saml: SamlGuide {
            menu: "Applications › Create App Integration › SAML 2.0",
            entity_id: "Audience URI (SP Entity ID)",
            acs_url: "Single sign-on URL",
            metadata: "Sign On › Metadata URL",
        },
        oidc: OidcGuide {
            menu: "Applications › Create App Integration › OIDC - OpenID Connect › Web Application",
            redirect_uri: "Sign-in redirect URIs",
            issuer: "https://<domain>.okta.com",
        },
    },
    Guide {
        id: "onelogin",
        name: "OneLogin",
        saml: SamlGuide {
            menu: "Applications › Add App › SAML Custom Connector (Advanced) › Configuration",
            entity_id: "Audience (EntityID)",
            acs_url: "ACS (Consumer) URL, ACS (Consumer) URL Validator",
            metadata: "More Actions › SAML Metadata",
        },
        oidc: OidcGuide {
            menu: "Applications › Add App › OpenId Connect (OIDC) › Configuration",
            redirect_uri: "Redirect URI's",
            issuer: "https://<domain>.onelogin.com/oidc/2",
        },
    },
];

/// The one with this id.
pub fn of(id: &str) -> Option<&'static Guide> {
    ALL.iter().find(|it| it.id == id)
}
