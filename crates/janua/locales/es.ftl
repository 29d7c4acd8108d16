### Todo lo que Janua dice en sus correos y en sus páginas.
###
### Los textos de los correos llevan aquí saltos de línea antes de la columna 72, porque la versión de texto sin
### formato se envía tal cual; la versión HTML fluye sola. Asuntos, etiquetas y textos de páginas van en una sola
### línea. Las claves son las mismas en todos los idiomas. Se tutea siempre.

## Correos: común

email-greeting = Hola:
email-greeting-name = Hola, { $name }:

# Va debajo de cada botón.
email-link-fallback = Si el botón no funciona, copia esta dirección en tu navegador:

email-link-expires = { $hours ->
    [one] El enlace sirve una sola vez y caduca al cabo de una hora.
   *[other] El enlace sirve una sola vez y caduca al cabo de { $hours } horas.
}

email-detail-account = Cuenta
email-detail-when = Fecha
email-detail-ip = Dirección IP
email-detail-device = Dispositivo

email-not-you-heading = ¿No fuiste tú?
email-not-you-advice =
    Inicia sesión y cambia tu contraseña cuanto antes. Si ya no puedes
    entrar, pide restablecerla en la pantalla de inicio de sesión.

email-footer-sent =
    { $app_name } envió este mensaje a
    { $email }
email-footer-never = Nunca te pediremos tu contraseña por correo.
email-footer-request = Referencia para soporte: { $request_id }

## Correo: verificación

email-verification-subject = Confirma tu correo electrónico en { $app_name }
email-verification-preheader = Un clic más y podrás usar tu cuenta.
email-verification-intro =
    ¡Te damos la bienvenida a { $app_name }! Confirma que esta dirección es
    tuya y podrás empezar a usar tu cuenta.
email-verification-link =
    Abre esta dirección en tu navegador para confirmar:
email-verification-button = Confirmar mi correo
email-verification-ignore =
    ¿No creaste ninguna cuenta? Lo más probable es que alguien haya escrito
    mal su dirección. Puedes borrar este mensaje.

## Correo: enlace de inicio de sesión

email-magic-link-subject = Inicia sesión en { $app_name }
email-magic-link-preheader = Tu enlace y tu código, válidos unos minutos.
email-magic-link-intro =
    Alguien, esperamos que tú, quiere iniciar sesión en { $app_name } con esta
    dirección.
email-magic-link-link =
    Abre esta dirección en el navegador donde lo pediste:
email-magic-link-button = Iniciar sesión
email-magic-link-code =
    O escribe este código donde lo pediste. Nunca te lo pedirá nadie de nuestra
    parte:
email-magic-link-expires = { $minutes ->
    [one] Ambos sirven una sola vez, durante un minuto.
   *[other] Ambos sirven una sola vez, durante { $minutes } minutos.
}
email-magic-link-ignore =
    ¿No lo pediste? Entonces borra este mensaje y no des el código a nadie: sin
    él no pasa nada.

email-account-claimed-subject = Tu cuenta de { $app_name } ya es tuya
email-account-claimed-preheader = Tu correo está confirmado y lo anterior se eliminó.
email-account-claimed-intro =
    Iniciaste sesión en { $app_name } con un enlace o un código enviado a tu
    correo, y así confirmaste que la dirección es tuya.
email-account-claimed-why =
    Nadie la había confirmado antes. Otra persona podría haber creado la cuenta,
    así que eliminamos su contraseña, sus segundos factores, sus llaves de acceso
    y sus claves de API, y cerramos todas las sesiones.
email-account-claimed-advice =
    Si habías elegido una contraseña, pide restablecerla en la pantalla de inicio
    de sesión para elegirla de nuevo. También puedes seguir entrando por correo.

## Correo: restablecer contraseña

email-password-reset-subject = Restablece tu contraseña de { $app_name }
email-password-reset-preheader = Con este enlace puedes elegir una contraseña nueva.
email-password-reset-intro =
    Alguien, esperamos que tú, pidió restablecer la contraseña de tu cuenta
    de { $app_name }. Ya puedes elegir una nueva.
email-password-reset-link =
    Abre esta dirección en tu navegador para elegirla:
email-password-reset-button = Elegir contraseña nueva
email-password-reset-ignore =
    ¿No lo pediste tú? Entonces borra este mensaje y listo: tu contraseña
    sigue siendo la misma. Por favor, no compartas el enlace con nadie.

## Correo: bienvenida

email-welcome-subject = Te damos la bienvenida a { $app_name }
email-welcome-preheader = Tu cuenta está lista. Qué gusto tenerte aquí.
email-welcome-intro =
    Tu cuenta de { $app_name } está lista. ¡Qué gusto tenerte aquí!
email-welcome-sign-in = Inicias sesión con esta dirección:
email-welcome-tips-heading = Tres cosas que mantienen segura tu cuenta
email-welcome-tip-password =
    Usa una contraseña que no uses en ningún otro sitio. Tres o cuatro
    palabras sin relación son fáciles de recordar y difíciles de adivinar.
email-welcome-tip-notices =
    Lee nuestros avisos de seguridad. Te escribimos cuando cambia tu
    contraseña o cuando alguien entra desde un dispositivo nuevo.
email-welcome-tip-links =
    Mira bien la dirección antes de escribir tu contraseña. Si una página
    te parece rara, ciérrala.

## Correo: contraseña cambiada

email-password-changed-subject = Se cambió tu contraseña de { $app_name }
email-password-changed-preheader = Si fuiste tú, no tienes que hacer nada.
email-password-changed-intro =
    Se acaba de cambiar la contraseña de tu cuenta de { $app_name }. Por
    seguridad, cerramos tu sesión en los demás dispositivos.
email-password-changed-was-you =
    Si fuiste tú, no tienes que hacer nada más.
email-password-changed-advice =
    Pide restablecer la contraseña de inmediato en la pantalla de inicio de
    sesión. El enlace llega a esta dirección, y al elegir una contraseña
    nueva se cierran todas las demás sesiones.

## Correo: inicio de sesión nuevo

email-new-sign-in-subject = Nuevo inicio de sesión en tu cuenta de { $app_name }
email-new-sign-in-preheader = Aún no conocíamos este dispositivo. ¿Fuiste tú?
email-new-sign-in-intro =
    Alguien acaba de iniciar sesión en tu cuenta de { $app_name } desde un
    dispositivo que no habíamos visto antes.
email-new-sign-in-was-you =
    Si fuiste tú, no tienes que hacer nada.

## Correo: cuenta bloqueada

email-account-locked-subject = Tu cuenta de { $app_name } está bloqueada por ahora
email-account-locked-preheader = Demasiados intentos fallidos. Se desbloquea sola en un rato.
email-account-locked-intro = { $minutes ->
    [one]
        Alguien intentó entrar en tu cuenta de { $app_name } demasiadas veces
        con una contraseña incorrecta. Para protegerte, la bloqueamos durante
        un minuto.
   *[other]
        Alguien intentó entrar en tu cuenta de { $app_name } demasiadas veces
        con una contraseña incorrecta. Para protegerte, la bloqueamos durante
        { $minutes } minutos.
}
email-account-locked-until = Bloqueada hasta
email-account-locked-was-you =
    Si fuiste tú, espera hasta entonces y vuelve a intentarlo. Si olvidaste
    tu contraseña, pide restablecerla en la pantalla de inicio de sesión:
    así se desbloquea tu cuenta al momento.
email-account-locked-not-you =
    Si no fuiste tú: ninguno de esos intentos tuvo éxito. Si tu contraseña
    es corta o la usas también en otro sitio, este es un buen momento para
    elegir una nueva.

## Correo: robo de sesión

email-session-theft-subject = Cerramos una sesión de tu cuenta de { $app_name }
email-session-theft-preheader = Es posible que alguien copiara un inicio de sesión. Échale un vistazo.
email-session-theft-intro =
    Una de las claves que mantienen abierta tu sesión de { $app_name }
    se usó dos veces, aunque cada una sirve una sola vez. Es posible que
    alguien la haya copiado, así que cerramos esa sesión.
email-session-theft-was-you =
    A veces la causa es inofensiva, por ejemplo, un dispositivo restaurado
    desde una copia de seguridad. Si es tu caso, vuelve a iniciar sesión
    y listo.
email-session-theft-heading = ¿No encuentras explicación?
email-session-theft-advice =
    Inicia sesión desde un dispositivo de confianza y cambia tu contraseña
    cuanto antes: así se cierran todas tus demás sesiones. Si ya no puedes
    entrar, pide restablecerla en la pantalla de inicio de sesión.

## Página: verificar correo

page-verify-email-title = Confirma tu correo electrónico
page-verify-email-intro = Pulsa el botón para confirmar que la dirección es tuya.
page-verify-email-button = Confirmar mi correo
page-verify-email-ignore = ¿No creaste ninguna cuenta? Entonces cierra esta página: todavía no ha pasado nada.

page-verify-email-done-title = Tu correo está confirmado
page-verify-email-done-text = ¡Gracias! Ya puedes cerrar esta página e iniciar sesión.

## Página: enlace de inicio de sesión

page-magic-link-title = Iniciar sesión
page-magic-link-intro = Pulsa el botón para iniciar sesión como { $email }.
page-magic-link-button = Iniciar sesión
page-magic-link-elsewhere = Este enlace se pidió en otro navegador. Si continúas, inicias sesión aquí como { $email }.
page-magic-link-elsewhere-warning = Continúa solo si lo pediste tú. Si solo quieres entrar en el otro navegador, escribe allí el código del correo.
page-magic-link-elsewhere-button = Lo pedí yo: iniciar sesión aquí
page-magic-link-ignore = ¿No lo pediste? Entonces cierra esta página: todavía no ha pasado nada.
page-sign-in-by-mail = Entrar por correo, sin contraseña
page-sign-in-with = Continuar con { $provider }
page-sign-in-sso = Continuar con tu organización
page-sso-title = Continuar con tu organización
page-sso-intro = Escribe tu dirección de trabajo. Si tu organización inicia sesión aquí, te llevamos a su página.
page-sso-email = Correo electrónico de trabajo
page-sso-button = Continuar
page-sso-other = Iniciar sesión de otra manera
page-sso-test-title = Lo que dijo tu proveedor de identidad
page-sso-test-intro = Era una prueba: nadie ha iniciado sesión y no se ha creado ninguna cuenta.
page-sso-test-subject = Identificador de la persona
page-sso-test-email = Correo electrónico
page-sso-test-trusted = su dominio está verificado
page-sso-test-untrusted = su dominio no está verificado, así que no cuenta
page-sso-test-first-name = Nombre
page-sso-test-last-name = Apellidos
page-sso-test-groups = Grupos
page-sso-test-role = Rol de quien llega por primera vez
page-sso-test-missing = No se encontró nada para: { $fields }
page-sso-test-attributes = Atributos
page-sso-setup-title = Conectar tu proveedor de identidad
page-sso-setup-heading = Conectar { $connection }
page-sso-setup-invited = { $organization } te pide que completes la conexión «{ $connection }», para que su gente inicie sesión en tu proveedor de identidad.
page-sso-setup-begin = Empezar
page-sso-setup-once = El enlace se abre en un solo navegador: en el que empieces.
page-sso-setup-ended = Gracias. { $organization } ya puede activar la conexión; este enlace ya no abre nada.
page-sso-setup-intro = Para { $organization }. Puedes volver en este navegador hasta el { $until }.
page-sso-setup-saved = Guardado.
page-sso-setup-provider = 1. ¿Qué proveedor es?
page-sso-setup-there = 2. Copia esto en tu proveedor
page-sso-setup-menu = Añade una aplicación:
page-sso-setup-entity-id = Identificador de entidad del proveedor de servicios (audiencia)
page-sso-setup-acs-url = URL del servicio consumidor de aserciones
page-sso-setup-slo-url = URL de cierre de sesión único, si lo deseas
page-sso-setup-own-metadata = Nuestros metadatos, si tu proveedor los importa
page-sso-setup-redirect-uri = URI de redirección
page-sso-setup-attributes = Envía el correo electrónico y, si quieres, nombre, apellidos y grupos como atributos.
page-sso-setup-here = 3. Háblanos de tu proveedor
page-sso-setup-metadata-url = Dirección de sus metadatos
page-sso-setup-metadata = O los propios metadatos (XML)
page-sso-setup-known = El proveedor conocido ahora:
page-sso-setup-issuer = Emisor
page-sso-setup-client-id = Identificador de cliente
page-sso-setup-client-secret = Secreto de cliente
page-sso-setup-secret-kept = Hay uno guardado; deja esto vacío para conservarlo.
page-sso-setup-save = Guardar
page-sso-setup-try = 4. Pruébalo
page-sso-setup-test = Comprobar la conexión
page-sso-setup-sign-in = Iniciar sesión como prueba, en otra pestaña
page-sso-setup-finish = 5. Termina
page-sso-setup-complete = Está todo lo necesario. Nadie inicia sesión así hasta que { $organization } lo active.
page-sso-setup-incomplete = Todavía falta algo.
page-sso-setup-end = He terminado
page-leaving-title = Vamos a { $provider }
page-leaving-text = Si no pasa nada en un momento, pulsa el botón.
page-continue = Continuar
page-connections-title = Otros proveedores
page-connections-intro = Inicia sesión aquí con una cuenta que tienes en otro sitio.
page-connections-since = Vinculada el { $date }
page-connections-link = Vincular { $provider }
page-connections-unlink = Desvincular { $provider }
page-connections-linked-done = Ya está vinculada. Desde ahora puedes iniciar sesión con ella.
page-connections-unlinked-done = Ya no está vinculada. Cerramos tu sesión en todos los demás sitios.
page-connections-sso-title = Tus organizaciones
page-connections-sso-intro = Inicia sesión aquí con la cuenta que tienes en el proveedor de identidad de una organización. Quien administra ese proveedor podrá entonces iniciar sesión como tú.
page-connections-sso-link = Vincular { $provider } de { $organization }
page-connections-sso-required = La organización quiere que inicies sesión aquí, por eso sigue vinculada.
page-connections-sso-unlinked-done = Ya no está vinculada. Cerramos las sesiones que empezaron allí.
page-account-connections-count = { $count ->
    [0] Ninguna vinculada
    [one] Una vinculada
   *[other] { $count } vinculadas
}
page-mail-sign-in-title = Entrar por correo
page-mail-sign-in-intro = Enviamos un enlace y un código a tu dirección. Cualquiera de los dos te deja entrar, una sola vez.
page-mail-sign-in-button = Enviar el correo
page-mail-sign-in-password = Entrar con contraseña o llave de acceso
page-mail-code-intro = Si esta dirección puede entrar, ya hay un correo en camino. Abre su enlace en este navegador o escribe aquí su código.
page-mail-code-label = Código del correo
page-mail-code-hint = Seis cifras. Valen un cuarto de hora.
page-mail-code-again = Enviar otro correo
page-passkey-step = Usar una llave de acceso
page-second-factor-remember = No volver a preguntar en este navegador durante { $days } días
page-trusted-title = Navegadores de confianza
page-trusted-intro = En ellos no hace falta mostrar el segundo factor al iniciar sesión.
page-trusted-this = este navegador
page-trusted-until = hasta { $time }
page-trusted-forget = Volver a preguntar
page-trusted-forgotten = Este navegador tiene que mostrar de nuevo el segundo factor.

## Página: restablecer contraseña

page-reset-password-title = Elige una contraseña nueva
page-reset-password-intro = Sustituye a la anterior y cierra tu sesión en todos tus dispositivos.
page-reset-password-label = Contraseña nueva
page-reset-password-rule = { $min_length ->
    [one] Al menos un carácter.
   *[other] Al menos { $min_length } caracteres.
}
page-reset-password-hint = Tres o cuatro palabras sin relación son fáciles de recordar y difíciles de adivinar.
page-reset-password-button = Guardar mi contraseña

page-reset-password-done-title = Tu contraseña se cambió
page-reset-password-done-text = Ya puedes cerrar esta página e iniciar sesión con tu contraseña nueva.
page-reset-password-done-sessions = Por seguridad, cerramos tu sesión en todos tus dispositivos.

## Página: problema

page-problem-title = Eso no funcionó
page-problem-advice-heading = Qué puedes hacer
page-problem-support = Si sigue ocurriendo, comparte estos datos con quien administra este servidor:
page-problem-code = Código
page-problem-request-id = ID de solicitud

page-problem-link-expired-title = Este enlace caducó
page-problem-link-expired-message = Por seguridad, los enlaces de nuestros correos solo sirven durante un tiempo.
page-problem-link-expired-advice = Vuelve a la pantalla de inicio de sesión y pide un enlace nuevo.

page-problem-link-invalid-title = Este enlace no funciona
page-problem-link-invalid-message = Ya se usó, lo sustituyó otro más reciente o le falta una parte.
page-problem-link-invalid-advice = Abre el enlace de nuestro correo más reciente o pide uno nuevo en la pantalla de inicio de sesión. Si ya confirmaste tu correo, solo tienes que iniciar sesión.

page-problem-not-found-title = Aquí no hay nada
page-problem-not-found-message = Ninguna página de este servidor tiene esta dirección.
page-problem-not-found-advice = Revisa que la dirección esté bien escrita o vuelve a la página de la que venías.

page-problem-rate-limited-title = Vas un poco rápido
page-problem-rate-limited-message = Hubo demasiados intentos en poco tiempo.
page-problem-rate-limited-advice = Espera unos minutos y vuelve a intentarlo.

page-problem-unavailable-title = Volvemos enseguida
page-problem-unavailable-message = El servidor no puede responder en este momento.
page-problem-unavailable-advice = Espera un momento y vuelve a intentarlo.

page-problem-internal-title = Algo falló de nuestro lado
page-problem-internal-message = No es culpa tuya, y ya tomamos nota.
page-problem-internal-advice = Vuelve a intentarlo en un momento.

## Página: inicio

page-home-title = { $app_name } está en marcha
page-home-intro = Este servidor gestiona el inicio de sesión de tus aplicaciones.
page-home-version = Versión { $version }
page-home-links = Por dónde seguir
page-home-docs = Referencia de la API
page-home-docs-text = Consulta cada operación y pruébala.
page-home-openapi = Documento OpenAPI
page-home-openapi-text = La misma referencia en JSON, para generar clientes.
page-home-health = Estado
page-home-health-text = Cómo están la base de datos, la caché y el correo.
page-home-dev-mail = Correo retenido
page-home-dev-mail-text = Lee los mensajes que no han salido de este servidor.

## Página: buzón de desarrollo

page-dev-mail-title = Correo retenido
page-dev-mail-intro = Sin un servidor SMTP, ningún correo sale de { $app_name }. Todos los mensajes llegan aquí; los más recientes van primero.
page-dev-mail-filter-label = Destinatario
page-dev-mail-filter-button = Filtrar
page-dev-mail-filter-clear = Ver todos
page-dev-mail-count = { $count ->
    [one] Un mensaje
   *[other] { $count } mensajes
}
page-dev-mail-sms = Mensaje de texto a { $to }
page-dev-mail-to = Para
page-dev-mail-sent = Enviado
page-dev-mail-links = { $count ->
    [one] Enlace
   *[other] Enlaces
}
page-dev-mail-html = Mensaje
page-dev-mail-text = Texto sin formato
page-dev-mail-frame = El mensaje «{ $subject }» tal como lo ve su destinatario
page-dev-mail-empty-title = Todavía no hay correo
page-dev-mail-empty-filtered-title = No hay correo para { $to }
page-dev-mail-empty-text = Registra a alguien y aquí aparecerá el mensaje que confirma su dirección:
page-dev-mail-empty-refresh = Esta página busca correo nuevo cada tres segundos.

email-api-key-created-subject = Se creó una clave de API para tu cuenta de { $app_name }
email-api-key-created-preheader = Si fuiste tú, no tienes que hacer nada.
email-api-key-created-intro =
    Se acaba de crear la clave de API «{ $api_key }» de tu cuenta de
    { $app_name }. Quien la tenga puede actuar en tu nombre, dentro de sus
    permisos.
email-api-key-created-was-you =
    Si fuiste tú, no tienes que hacer nada más.
email-api-key-created-advice =
    Revoca la clave de inmediato en tu cuenta y cambia tu contraseña: otra
    persona tiene una sesión abierta en tu cuenta.

email-passkey-added-subject = Se añadió una llave de acceso a tu cuenta de { $app_name }
email-passkey-added-preheader = Si fuiste tú, no tienes que hacer nada.
email-passkey-added-intro =
    Se acaba de añadir la llave de acceso «{ $passkey }» a tu cuenta de
    { $app_name }. Quien la tenga puede iniciar sesión con ella.
email-passkey-added-was-you =
    Si fuiste tú, no tienes que hacer nada más.
email-passkey-added-advice =
    Elimina la llave de acceso de inmediato en tu cuenta y cambia tu
    contraseña: otra persona tiene una sesión abierta en tu cuenta.

email-passkey-removed-subject = Se eliminó una llave de acceso de tu cuenta de { $app_name }
email-passkey-removed-preheader = Si fuiste tú, no tienes que hacer nada.
email-passkey-removed-intro =
    Se acaba de eliminar la llave de acceso «{ $passkey }» de tu cuenta de
    { $app_name }. Ya nadie puede iniciar sesión con ella, y cerramos tu
    sesión en los demás dispositivos.
email-passkey-removed-was-you =
    Si fuiste tú, no tienes que hacer nada más.
email-passkey-removed-advice =
    Pide restablecer la contraseña de inmediato en la pantalla de inicio de
    sesión. El enlace llega a esta dirección, y al elegir una contraseña
    nueva se cierran todas las demás sesiones.

email-social-linked-subject = { $provider } abre ahora tu cuenta de { $app_name }
email-social-linked-preheader = Si fuiste tú, no tienes que hacer nada.
email-social-linked-intro =
    Se acaba de vincular tu cuenta de { $provider } con tu cuenta de
    { $app_name }: quien inicie sesión allí puede iniciarla aquí.
email-social-linked-was-you =
    Si fuiste tú, no tienes que hacer nada más.
email-social-linked-advice =
    Inicia sesión y desvincúlala en la página de tu cuenta. Después elige una
    contraseña nueva: así se cierran todas las demás sesiones.

email-social-unlinked-subject = { $provider } ya no abre tu cuenta de { $app_name }
email-social-unlinked-preheader = Si fuiste tú, no tienes que hacer nada.
email-social-unlinked-intro =
    Se acaba de desvincular tu cuenta de { $provider } de tu cuenta de
    { $app_name }. Ya nadie puede iniciar sesión con ella, y cerramos tu
    sesión en los demás dispositivos.
email-social-unlinked-was-you =
    Si fuiste tú, no tienes que hacer nada más.
email-social-unlinked-advice =
    Pide restablecer la contraseña de inmediato en la pantalla de inicio de
    sesión. El enlace llega a esta dirección, y al elegir una contraseña
    nueva se cierran todas las demás sesiones.

## Email: organizations

email-organization-created-subject = { $organization } está lista en { $app_name }
email-organization-created-preheader = La organización es tuya.
email-organization-created-intro =
    Se acaba de crear la organización «{ $organization }» en { $app_name }, y
    es tuya.
email-organization-created-advice =
    Si no la pediste, avisa a tu administrador.

email-organization-deleted-subject = Se eliminó { $organization } de { $app_name }
email-organization-deleted-preheader = Se puede restaurar durante un tiempo.
email-organization-deleted-intro =
    Se acaba de eliminar la organización «{ $organization }» de { $app_name }.
    Ya nadie puede usarla.
email-organization-deleted-advice =
    Sus propietarios y administradores pueden restaurarla hasta el
    { $purge_at }. Después desaparece para siempre, con todo lo que le
    pertenece.

email-organization-restored-subject = Se restauró { $organization } en { $app_name }
email-organization-restored-preheader = Sus miembros pueden volver a usarla.
email-organization-restored-intro =
    La organización «{ $organization }», que se había eliminado, se acaba de
    restaurar en { $app_name }.
email-organization-restored-advice =
    Sus miembros encontrarán todo como estaba.

email-invitation-subject = Te invitan a { $organization } en { $app_name }
email-invitation-preheader = Acepta para formar parte.
email-invitation-from =
    { $inviter } te invita a unirte a la organización «{ $organization }» en
    { $app_name }, con el rol «{ $role }».
email-invitation-intro =
    Te invitan a unirte a la organización «{ $organization }» en { $app_name },
    con el rol «{ $role }».
email-invitation-link =
    Abre esta dirección para aceptar:
email-invitation-button = Ver la invitación
email-invitation-expires =
    La invitación es solo para { $email } y vale hasta el { $expires_at }.
email-invitation-ignore =
    ¿No sabes quién es? Entonces borra este mensaje: no pasa nada.

email-member-added-subject = Perteneces a { $organization } en { $app_name }
email-member-added-preheader = Ahora formas parte de la organización.
email-member-added-intro =
    Ahora formas parte de la organización «{ $organization }» en { $app_name },
    con el rol «{ $role }».
email-member-added-advice =
    Si no quieres pertenecer a ella, puedes salir en cualquier momento.

email-member-removed-subject = Ya no perteneces a { $organization }
email-member-removed-preheader = Ya no formas parte de la organización.
email-member-removed-intro =
    Ya no perteneces a la organización «{ $organization }» en { $app_name }. Tu
    cuenta sigue como está.
email-member-removed-advice =
    Si te sorprende, pregunta a alguien de la organización.

email-member-role-changed-subject = Tienes otro rol en { $organization }
email-member-role-changed-preheader = Ha cambiado lo que puedes hacer allí.
email-member-role-changed-intro =
    A partir de ahora tienes el rol «{ $role }» en la organización
    «{ $organization }» en { $app_name }.
email-member-role-changed-advice =
    Si te sorprende, pregunta a un propietario de la organización.

email-ownership-transferred-subject = { $organization } tiene otro propietario
email-ownership-transferred-preheader = La organización cambió de manos.
email-ownership-transferred-intro =
    A partir de ahora la organización «{ $organization }» en { $app_name }
    pertenece a { $owner }. Su propietario anterior es administrador.
email-ownership-transferred-advice =
    Si no lo esperabas, avisa a tu administrador de inmediato.

## Email: webhooks

email-sso-certificate-ending-subject = El certificado de { $provider } caduca pronto
email-sso-certificate-ending-preheader = Los accesos fallan cuando se cambia allí y no aquí.
email-sso-certificate-ending-intro =
    El último certificado con el que firma el proveedor de identidad «{ $provider }» de
    «{ $organization }» en { $app_name } caduca el { $until }, dentro de { $days } días.
email-sso-certificate-ending-advice =
    Añade el certificado nuevo a la conexión antes de que el proveedor empiece a usarlo:
    pueden valer varios a la vez. Una conexión que conoce la dirección de los metadatos
    del proveedor toma los certificados nuevos por sí sola.

email-domain-lapsed-subject = { $domain } ya no está verificado en { $app_name }
email-domain-lapsed-preheader = Su registro DNS falta desde hace días.
email-domain-lapsed-intro =
    Desde { $since } falta el registro DNS que demuestra que { $domain }
    pertenece a «{ $organization }». El dominio ya no está verificado en
    { $app_name }.
email-domain-lapsed-advice =
    Si el dominio sigue siendo vuestro, vuelve a añadir este registro y verifica
    el dominio. Si no lo es, quítalo de la organización.

email-webhook-disabled-subject = { $app_name } ha dejado de enviar eventos a un webhook
email-webhook-disabled-preheader = Todos los intentos de los últimos días han fallado.
email-webhook-disabled-intro =
    Desde { $since }, { $app_name } no ha podido entregar ningún evento a
    { $webhook }. El webhook se ha desactivado.
email-webhook-disabled-last = El último intento terminó así: { $failure }
email-webhook-disabled-advice =
    Repara el receptor, pruébalo con un evento de prueba y vuelve a activar el
    webhook. Entonces se enviará lo que esperaba. Lo que ocurra mientras está
    desactivado no se envía.

## Email: second factors

email-mfa-enabled-subject = La verificación en dos pasos de tu cuenta de { $app_name } está activa
email-mfa-enabled-preheader = { $method ->
    [sms] A partir de ahora, al iniciar sesión se te pedirá un código que llega a tu teléfono.
   *[other] A partir de ahora, al iniciar sesión se te pedirá un código.
}
email-mfa-enabled-intro = { $method ->
    [sms] Se acaban de activar los códigos por SMS en tu cuenta de { $app_name }. A partir de ahora se te pedirá uno al iniciar sesión. Cerramos tu sesión en los demás dispositivos.
   *[other] Se acaba de activar una aplicación de autenticación en tu cuenta de { $app_name }. A partir de ahora se te pedirá un código al iniciar sesión. Cerramos tu sesión en los demás dispositivos.
}
email-mfa-enabled-was-you =
    Si fuiste tú, guarda tus códigos de recuperación en un lugar seguro.
email-mfa-enabled-advice =
    Restablece tu contraseña de inmediato y pide a tu administrador que quite el
    segundo factor: otra persona ha puesto el suyo.

email-mfa-disabled-subject = { $others ->
    [yes] Se desactivó un segundo paso de tu cuenta de { $app_name }
   *[no] La verificación en dos pasos de tu cuenta de { $app_name } está desactivada
}
email-mfa-disabled-preheader = { $others ->
    [yes] { $method ->
        [sms] Ya no se envían códigos a tu teléfono.
       *[other] Ya no se te pide un código de tu aplicación.
    }
   *[no] { $method ->
        [all] Se quitaron todos los segundos factores de tu cuenta.
       *[other] A partir de ahora basta con la contraseña.
    }
}
email-mfa-disabled-intro = { $method ->
    [sms] Se acaban de desactivar los códigos por SMS de tu cuenta de { $app_name }. { $others ->
        [yes] Al iniciar sesión se te seguirá pidiendo tu otro segundo factor.
       *[no] A partir de ahora basta con la contraseña, y tus códigos de recuperación ya no sirven.
    } Cerramos tu sesión en los demás dispositivos.
    [all] Un administrador acaba de quitar todos los segundos factores de tu cuenta de { $app_name }: la aplicación, el teléfono, las llaves de acceso y los códigos de recuperación ya no sirven. Cerramos todas tus sesiones.
   *[other] Se acaba de desactivar la aplicación de autenticación de tu cuenta de { $app_name }. { $others ->
        [yes] Al iniciar sesión se te seguirá pidiendo tu otro segundo factor.
       *[no] A partir de ahora basta con la contraseña, y tus códigos de recuperación ya no sirven.
    } Cerramos tu sesión en los demás dispositivos.
}
email-mfa-disabled-was-you =
    Si fuiste tú, no tienes que hacer nada más.
email-mfa-disabled-advice =
    Restablece tu contraseña de inmediato y vuelve a activar el segundo factor.

email-recovery-code-used-subject = Se usó un código de recuperación de tu cuenta de { $app_name }
email-recovery-code-used-preheader = Si fuiste tú, mira cuántos te quedan.
email-recovery-code-used-intro = { $remaining ->
    [0] Se acaba de usar un código de recuperación de tu cuenta de { $app_name }. Era el último.
    [one] Se acaba de usar un código de recuperación de tu cuenta de { $app_name }. Te queda uno.
   *[other] Se acaba de usar un código de recuperación de tu cuenta de { $app_name }. Te quedan { $remaining }.
}
email-recovery-code-used-was-you = { $remaining ->
    [0] Crea códigos nuevos ahora: sin ellos, perder el teléfono te dejaría fuera.
    [one] Crea códigos nuevos pronto: sin ellos, perder el teléfono te dejaría fuera.
    [2] Crea códigos nuevos pronto: sin ellos, perder el teléfono te dejaría fuera.
   *[other] Si fuiste tú, no tienes que hacer nada más.
}
email-recovery-code-used-advice =
    Restablece tu contraseña de inmediato y crea códigos de recuperación nuevos:
    otra persona tiene tu contraseña y uno de tus códigos.

## Pages: what all share

language-name = Español
page-language = Idioma
page-or = o
page-email = Correo electrónico
page-save = Guardar
page-cancel = Cancelar
page-sign-out = Cerrar sesión
page-back-to-sign-in = Volver a iniciar sesión

## Page: sign-in

page-sign-in-title = Iniciar sesión
page-sign-in-heading = Inicia sesión en { $app_name }
page-sign-in-identifier = Correo electrónico o nombre de usuario
page-sign-in-password = Contraseña
page-sign-in-forgot = ¿Has olvidado la contraseña?
page-sign-in-button = Iniciar sesión
page-sign-in-passkey = Usar una llave de acceso
page-sign-in-resend = Enviar otra vez el correo de confirmación
page-sign-in-new = ¿Es tu primera vez?
page-sign-in-sign-up = Crea una cuenta
page-sign-in-signed-out = Has cerrado la sesión.
page-sign-in-deleted = Tu cuenta se ha eliminado.
page-sign-in-over = Ese inicio de sesión tardó demasiado o tuvo demasiados códigos incorrectos. Empieza de nuevo.
page-sign-in-password-changed = Tu contraseña ha cambiado. Inicia sesión con la nueva.
page-passkey-cancelled = No se eligió nada o se agotó el tiempo. Inténtalo de nuevo cuando quieras.
page-passkey-failed = La llave de acceso no funcionó aquí. Inténtalo de nuevo o usa otro método.

## Page: sign-up

page-sign-up-title = Crear una cuenta
page-sign-up-heading = Crea tu cuenta de { $app_name }
page-sign-up-first-name = Nombre (opcional)
page-sign-up-button = Crear cuenta
page-sign-up-known = ¿Ya tienes una cuenta?
page-sign-up-sign-in = Inicia sesión
page-invitation-title = Invitación
page-invitation-heading = Te invitan a { $organization }
page-invitation-from = { $inviter } te invita a unirte, con el rol «{ $role }».
page-invitation-role = Te invitan a unirte, con el rol «{ $role }».
page-invitation-address = La invitación es para { $email }.
page-invitation-accept = Aceptar la invitación
page-invitation-other = Has iniciado sesión como { $email }. Cierra la sesión y vuelve a abrir el enlace del correo.
page-invitation-sign-out = Cerrar sesión
page-invitation-sign-in = Inicia sesión para aceptar
page-invitation-register = Crear cuenta y aceptar
page-invitation-ignore = ¿No sabes quién te invita? Entonces cierra esta página: todavía no ha pasado nada.
page-account-joined-done = Listo: ahora formas parte de la organización.
page-error-INVITATION_FOR_ANOTHER_ADDRESS = Esta invitación se envió a otra dirección. Inicia sesión con ella.
page-error-INVITATION_ACCEPTED = Esta invitación ya se aceptó. Inicia sesión.
page-check-mail-title = Revisa tu correo
page-check-mail-verification = Te hemos enviado un enlace. Ábrelo para confirmar tu dirección y después inicia sesión.
page-check-mail-reset = Si la dirección pertenece a una cuenta, hemos enviado un enlace allí. Ábrelo para elegir una contraseña nueva.
page-check-mail-spam = Puede tardar un minuto. Si no llega nada, mira en la carpeta de correo no deseado.

## Page: forgotten password

page-forgot-title = ¿Has olvidado la contraseña?
page-forgot-intro = Dinos tu dirección y te enviaremos un enlace para elegir una nueva.
page-forgot-button = Enviar el enlace

## Pages: second factor, once more

page-enrolment-title = Un paso más
page-enrolment-intro = Aquí las cuentas se protegen con un segundo paso. Configúralo una vez; después, al iniciar sesión se te pedirá un código.
page-enrolment-use-app = Usar una app de autenticación
page-enrolment-use-sms = Recibir códigos por SMS
page-enrolment-confirm = Confirmar e iniciar sesión
page-second-factor-title = Un paso más
page-second-factor-intro = Tu cuenta está protegida con un segundo paso.
page-second-factor-button = Continuar
page-code-app = Código de tu app de autenticación
page-code-app-hint = Seis cifras, tal como las muestra la app ahora.
page-code-recovery = Código de recuperación
page-code-recovery-hint = Uno de los que guardaste. Cada uno sirve una sola vez.
page-code-use-app = Usar la app
page-code-use-recovery = Usar un código de recuperación
page-step-up-title = ¿Sigues siendo tú?
page-step-up-intro = Antes de un cambio importante, demuestra otra vez quién eres.
page-step-up-button = Continuar

## Pages: account

page-account-title = Tu cuenta
page-account-profile = Nombre
page-account-profile-none = Sin indicar
page-account-password = Contraseña
page-account-password-text = Elige una nueva
page-account-second-factor = Segundo paso
page-account-second-factor-off = Desactivado: basta con la contraseña
page-account-second-factor-sms = Desactivado: los códigos por SMS protegen tu cuenta
page-account-passkeys = Llaves de acceso
page-account-sessions = Dónde tienes sesión iniciada
page-account-delete = Eliminar mi cuenta
page-account-export = Descargar mis datos
page-account-password-done = Tu contraseña ha cambiado. Se ha cerrado la sesión en los demás dispositivos.
page-account-profile-done = Guardado.
page-profile-title = Tu nombre
page-profile-first-name = Nombre
page-profile-last-name = Apellidos
page-profile-username = Nombre de usuario
page-profile-username-hint = También puedes iniciar sesión con él. De 3 a 32 letras, cifras, puntos o guiones.
page-password-title = Cambia tu contraseña
page-password-intro = Seguirás con la sesión abierta aquí y se cerrará en los demás dispositivos.
page-password-current = Contraseña actual
page-export-title = Descarga tus datos
page-export-intro = Un archivo con todo lo que { $app_name } guarda sobre ti: tu perfil, dónde has iniciado sesión, qué protege tu cuenta, a qué perteneces y qué ha ocurrido.
page-export-without = No contiene contraseñas ni códigos, ni nada de otras personas. Guárdalo donde solo tú puedas leerlo.
page-export-button = Descargar
page-delete-title = ¿Eliminar tu cuenta?
page-delete-intro = Tu cuenta de { $app_name } desaparecerá con todo lo que contiene. Nadie podrá recuperarla.
page-delete-button = Eliminar mi cuenta para siempre
page-delete-cancel = Conservar mi cuenta

## Page: authenticator app

page-totp-title = Segundo paso
page-totp-on = Una app de autenticación protege tu cuenta. Cada inicio de sesión pide un código suyo.
page-totp-off = Con una app de autenticación, quien averigüe tu contraseña seguirá sin poder entrar.
page-totp-start = Configurar una app
page-totp-scan = Escanea esta imagen con tu app de autenticación.
page-totp-picture = Código QR con el secreto para tu app
page-totp-type = ¿No puedes escanearla?
page-totp-open = Abrirlo en una app de este dispositivo
page-totp-code = Escribe el código que la app muestra ahora
page-totp-confirm = Activar
page-totp-codes = Códigos de recuperación
page-totp-codes-button = Crear códigos nuevos
page-totp-off-summary = Desactivar el segundo paso
page-totp-off-text = Bastará con la contraseña y los códigos de recuperación dejarán de valer. Se cerrará la sesión en los demás dispositivos.
page-totp-off-button = Desactivar
page-totp-off-done = El segundo paso está desactivado.
page-recovery-codes-title = Guarda bien estos códigos
page-recovery-codes-intro = Si pierdes el teléfono, uno de ellos te dejará entrar. Imprímelos o guárdalos en un gestor de contraseñas.
page-recovery-codes-once = Cada uno sirve una sola vez. No se volverán a mostrar.
page-recovery-codes-button = Ya los he guardado

## Page: passkeys

page-passkeys-title = Llaves de acceso
page-passkeys-intro = Una llave de acceso te identifica con la huella, la cara o un PIN. Ningún sitio puede robártela con engaños.
page-passkeys-added = La llave de acceso se ha añadido.
page-passkeys-renamed = La llave de acceso tiene un nombre nuevo.
page-passkeys-removed = La llave de acceso se ha eliminado. Se ha cerrado la sesión en los demás dispositivos.
page-passkeys-since = Añadida el { $date }
page-passkeys-used = usada por última vez el { $date }
page-passkeys-suspicious = Es posible que alguien haya copiado esta llave de acceso. Elimínala y añade otra.
page-passkeys-change = Cambiar el nombre o eliminar
page-passkeys-name = Nombre
page-passkeys-remove = Eliminar esta llave de acceso
page-passkeys-new-name = Nombre de la nueva llave (opcional)
page-passkeys-new-hint = Algo para reconocerla después, como «Portátil del trabajo».
page-passkeys-noscript = Para añadir una llave de acceso hace falta JavaScript. Actívalo en esta página.
page-passkeys-add = Añadir una llave de acceso

## Page: sessions

page-sessions-title = Dónde tienes sesión iniciada
page-sessions-intro = ¿No reconoces alguna? Ciérrala y cambia la contraseña.
page-sessions-unknown = Dispositivo desconocido
page-sessions-this = Esta
page-sessions-since = desde { $time }
page-sessions-used = última actividad { $time }
page-sessions-end = Cerrar
page-sessions-end-others = Cerrar sesión en todos los demás
page-sessions-ended = Hecho: sesión cerrada allí.
page-home-sign-in = Iniciar sesión
page-home-sign-in-text = Cuida tu cuenta: contraseña, llaves de acceso, sesiones.
page-problem-form-title = Este formulario ya no es válido
page-problem-form-message = Se abrió en otro navegador o antes de iniciar sesión, o venía de otro sitio. No se ha cambiado nada.
page-problem-form-advice = Vuelve atrás, recarga la página y rellena el formulario otra vez.

## What is wrong with a form

page-error-INVALID_CREDENTIALS = La dirección y la contraseña no coinciden con ninguna cuenta. Revísalas o elige una contraseña nueva.
page-error-EMAIL_NOT_VERIFIED = Tu dirección aún no está confirmada. Abre el enlace de nuestro correo o pide que lo enviemos otra vez.
page-error-ACCOUNT_LOCKED = Hubo demasiadas contraseñas incorrectas y hemos bloqueado la cuenta un tiempo. Inténtalo más tarde o elige una contraseña nueva: así se abre al momento.
page-error-ACCOUNT_SUSPENDED = Esta cuenta está suspendida. Pregunta a quienes administran este servidor.
page-error-RATE_LIMITED = Ha habido demasiados intentos. Espera unos minutos y vuelve a intentarlo.
page-error-EMAIL_RATE_LIMITED = Ya hemos enviado muchos correos a esta dirección. Mira tu bandeja de entrada o inténtalo dentro de una hora.
page-error-INVALID_EMAIL = Escribe una dirección completa, como ada@example.com.
page-error-INVALID_USERNAME = Un nombre de usuario tiene de 3 a 32 letras, cifras, puntos o guiones.
page-error-EMAIL_ALREADY_EXISTS = Ya hay una cuenta con esta dirección. Inicia sesión o elige una contraseña nueva.
page-error-USERNAME_TAKEN = Otra persona tiene ese nombre. Elige otro.
page-error-WEAK_PASSWORD = Esta contraseña es demasiado corta o fácil de adivinar. Usa al menos { $min_length } caracteres: tres o cuatro palabras sin relación van bien.
page-error-WRONG_PASSWORD = Esta no es tu contraseña actual. Inténtalo de nuevo.
page-error-INVALID_MFA_CODE = Este código es incorrecto o ya se usó. Escribe el del último mensaje o el que la app muestra ahora; si este sigue fallando, ajusta la hora del teléfono.
page-error-WRONG_MFA_CODE = Este código es incorrecto o ya se usó. Escribe el del último mensaje o el que la app muestra ahora; si este sigue fallando, ajusta la hora del teléfono.
page-error-INVALID_EMAIL_CODE = Este código no es correcto. Escribe las seis cifras del último correo; tras cinco intentos fallidos hace falta otro correo.
page-error-INVALID_RECOVERY_CODE = Este código es incorrecto o ya se usó. Prueba con otro.
page-error-CREDENTIAL_NOT_RECOGNIZED = Esta llave de acceso no abre ninguna cuenta aquí. Elige otra o inicia sesión de otra forma.
page-error-PASSKEY_CHALLENGE_EXPIRED = Ha tardado demasiado. Inténtalo de nuevo.
page-error-PASSKEY_CHALLENGE_USED = Esto ya se respondió. Inténtalo de nuevo.
page-error-SSO_LINKED_ELSEWHERE = Lo que tienes en el proveedor de identidad abre otra cuenta de aquí. Inicia sesión con ella y desvincúlala allí primero.
page-error-SSO_ALREADY_LINKED = Ya hay otra cuenta de este proveedor de identidad vinculada. Desvincúlala primero.
page-error-SSO_UNLINK_REFUSED = Tu organización quiere que inicies sesión por esta conexión, por eso sigue vinculada.
page-error-LAST_WAY_IN = Es tu última forma de entrar, así que debe quedarse. Añade antes otra llave de acceso o una contraseña.
page-error-LAST_ADMIN = Eres la última persona administradora. Nombra antes a otra.
page-error-LAST_OWNER = Una organización se quedaría sin propietario. Traspásala antes.

page-account-second-factor-on = { $count ->
    [0] Activado; no quedan códigos de recuperación
    [one] Activado; queda un código de recuperación
   *[other] Activado; quedan { $count } códigos de recuperación
}
page-account-passkeys-count = { $count ->
    [0] Ninguna todavía
    [one] Una llave de acceso
   *[other] { $count } llaves de acceso
}
page-account-sessions-count = { $count ->
    [one] Solo aquí
   *[other] En { $count } sitios
}
page-totp-codes-left = { $count ->
    [0] No queda ninguno. Crea otros ahora: sin ellos, perder el teléfono te dejaría fuera.
    [one] Queda uno. Crea otros pronto: sin ellos, perder el teléfono te dejaría fuera.
   *[other] Quedan { $count }. Te dejan entrar cuando no tienes el teléfono.
}

## Mensajes de texto y las páginas sobre ellos
# Letters outside of GSM 03.38 would halve the room of a message: no accents here.

sms-code = { $code } es tu clave de { $app_name }. Sirve una sola vez, durante { $minutes } minutos. Nunca te la pediremos.
page-code-sms = Código del mensaje de texto
page-code-sms-hint = Enviamos seis cifras al { $phone }.
page-code-sms-send = Enviarme un código
page-code-sms-again = Enviar otro código
page-code-sms-sent = Un código va en camino al { $phone }. Sirve una sola vez, durante diez minutos.
page-code-use-sms = Recibir un código por SMS
page-phone-title = Códigos por SMS
page-phone-on = Cada inicio de sesión se puede confirmar con un código que se envía al { $phone }.
page-phone-off = Añade un teléfono móvil y, al iniciar sesión, se te pedirá un código que llega a él. Una app de autenticación es más segura: los números se pueden robar.
page-phone-another = ¿Otro número, o no llegó el mensaje?
page-phone-number = Número de móvil
page-phone-number-hint = Con prefijo de país, como +34 612 345 678.
page-phone-on-done = Los códigos por SMS están activados.
page-phone-off-done = Los códigos por SMS están desactivados.
page-phone-off-summary = Desactivar los códigos por SMS
page-phone-off-text = Ya no se enviarán códigos a este teléfono. Si es tu único segundo paso, bastará con la contraseña. Se cerrará tu sesión en los demás dispositivos.
page-phone-off-button = Desactivarlos
page-account-phone-on = Activados: llegan al { $phone }
page-account-phone-off = Desactivados
page-error-INVALID_PHONE = Este número no recibe mensajes de texto. Escríbelo con prefijo de país, como +34 612 345 678, y cuenta las cifras.
page-error-SMS_DISABLED = Aquí no hay códigos por SMS. Usa una app de autenticación.
page-error-SMS_DELIVERY_FAILED = No se pudo enviar el mensaje. Inténtalo de nuevo en un momento o usa otro segundo paso.
page-error-SMS_RATE_LIMITED = Ya hemos enviado muchos mensajes. Usa el último código o inténtalo de nuevo en una hora.
page-error-SMS_BRAKED = Por ahora no se envían mensajes a números como este. Usa otro segundo paso.

page-sessions-support = Soporte
page-sessions-support-reason = Motivo: { $reason }

email-impersonation-subject = El soporte está usando tu cuenta de { $app_name }
email-impersonation-preheader = Un administrador actúa en tu nombre durante unos minutos.
email-impersonation-intro =
    { $impersonator }, que administra { $app_name }, ha abierto tu cuenta para
    ayudarte. El acceso termina por sí solo a las { $expires_at }.
email-impersonation-reason = El motivo indicado: { $reason }
email-impersonation-limits =
    No puede cambiar tu contraseña, tu segundo paso, tus llaves de acceso ni tus
    claves de API, y todo lo que haga queda registrado con su nombre.
email-impersonation-advice =
    Si no lo esperabas, termina el acceso en tu cuenta, en la lista de sesiones
    abiertas, y pregunta a quienes administran { $app_name }.
