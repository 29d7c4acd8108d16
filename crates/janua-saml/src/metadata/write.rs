//! The metadata of this service provider.

use crate::xml::escape;
use crate::{Certificate, ServiceProvider, names};

/// Writes what an identity provider imports: who we are, where answers go, what we sign with now and next, and what
/// may be encrypted to.
pub fn write(service_provider: &ServiceProvider) -> String {
    let mut keys = key("signing", service_provider.signing.certificate());
    if let Some(next) = &service_provider.next_signing {
        keys.push_str(&key("signing", next));
    }
    if let Some(pair) = service_provider.decryption.iter().find(|it| it.decrypts()) {
        keys.push_str(&key("encryption", pair.certificate()));
    }
    let slo = service_provider.slo.as_ref().map_or_else(String::new, |slo| {
        [names::BINDING_REDIRECT, names::BINDING_POST]
            .map(|binding| {
                format!(
                    "<md:SingleLogoutService Binding=\"{binding}\" Location=\"{}\"/>",
                    escape(slo.as_str())
                )
            })
            .concat()
    });
    let format = service_provider
        .name_id_format
        .as_deref()
        .map_or_else(String::new, |it| {
            format!("<md:NameIDFormat>{}</md:NameIDFormat>", escape(it))
        });
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\"{metadata}\" \
         xmlns:ds=\"{dsig}\" entityID=\"{entity_id}\"><md:SPSSODescriptor AuthnRequestsSigned=\"true\" \
         WantAssertionsSigned=\"{wants}\" protocolSupportEnumeration=\"{protocol}\">{keys}{slo}{format}\
         <md:AssertionConsumerService Binding=\"{post}\" Location=\"{acs}\" index=\"0\" isDefault=\"true\"/>\
         </md:SPSSODescriptor></md:EntityDescriptor>\n",
        metadata = names::METADATA,
        dsig = names::DSIG,
        entity_id = escape(&service_provider.entity_id),
        wants = service_provider.wants_assertions_signed,
        protocol = names::PROTOCOL,
        post = names::BINDING_POST,
        acs = escape(service_provider.acs.as_str()),
    )
}

fn key(purpose: &str, certificate: &Certificate) -> String {
    let methods = if purpose == "encryption" {
        [names::GCM[2], names::GCM[0], names::RSA_OAEP_MGF1P]
            .map(|it| format!("<md:EncryptionMethod Algorithm=\"{it}\"/>"))
            .concat()
    } else {
        String::new()
    };
    format!(
        "<md:KeyDescriptor use=\"{purpose}\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate>\
         </ds:X509Data></ds:KeyInfo>{methods}</md:KeyDescriptor>",
        certificate.base64()
    )
}
