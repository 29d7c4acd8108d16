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
page-magic-link-second-title = Un paso más
page-magic-link-second-intro = Escribe el código que muestra tu aplicación de autenticación, o uno de tus códigos de recuperación.
page-magic-link-second-label = Código
page-magic-link-second-wrong = Este código es incorrecto. Cada uno sirve una sola vez.
page-magic-link-enrol-intro = Tu cuenta necesita un segundo factor. Escanea la imagen con una aplicación de autenticación y escribe el código que muestre.
page-magic-link-enrol-picture = Código QR para una aplicación de autenticación
page-magic-link-enrol-secret = O escribe este secreto en la aplicación:
page-magic-link-done-title = Has iniciado sesión
page-magic-link-done-text = Ya puedes cerrar esta página.
page-magic-link-done-continue = Continuar
page-magic-link-done-codes = Guarda estos códigos de recuperación en un lugar seguro: cada uno sirve una sola vez y no se vuelven a mostrar.

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

## Email: second factors

email-mfa-enabled-subject = La verificación en dos pasos de tu cuenta de { $app_name } está activa
email-mfa-enabled-preheader = A partir de ahora, al iniciar sesión se te pedirá un código.
email-mfa-enabled-intro =
    Se acaba de activar una aplicación de autenticación en tu cuenta de
    { $app_name }. A partir de ahora se te pedirá un código al iniciar sesión.
    Cerramos tu sesión en los demás dispositivos.
email-mfa-enabled-was-you =
    Si fuiste tú, guarda tus códigos de recuperación en un lugar seguro.
email-mfa-enabled-advice =
    Restablece tu contraseña de inmediato y pide a tu administrador que quite el
    segundo factor: otra persona ha puesto el suyo.

email-mfa-disabled-subject = La verificación en dos pasos de tu cuenta de { $app_name } está desactivada
email-mfa-disabled-preheader = A partir de ahora basta con la contraseña.
email-mfa-disabled-intro =
    Se acaba de desactivar el segundo factor de tu cuenta de { $app_name }. A
    partir de ahora basta con la contraseña, y tus códigos de recuperación ya no
    sirven. Cerramos tu sesión en los demás dispositivos.
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
