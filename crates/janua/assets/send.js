// Sends the form of the page on its way; without scripts there is its button.
document.querySelector("form[data-sends-itself]")?.submit();
