// Passkeys: hands what the browser's passkey answers to a form, and decides nothing. Without this file codes serve.
// A part that needs it is hidden until it runs. Needs allauth's webauthn-json.js before it.
(() => {
	if (!window.webauthnJSON?.supported()) return;
	const { sayAddress } = document.currentScript.dataset;

	const optionsFor = async (button) => {
		const given = document.getElementById("passkey-options");
		if (given) return JSON.parse(given.textContent);
		const response = await fetch(button.form.action, { headers: { Accept: "application/json" } });
		if (!response.ok) throw new Error(`${response.status}`);
		return response.json();
	};
	const ask = async (button) => {
		const options = await optionsFor(button);
		if (button.dataset.passkey === "get") return webauthnJSON.get(options.request_options);
		const chosen = options.creation_options.publicKey.authenticatorSelection;
		const isAlone = button.form.elements.passwordless?.checked ?? false;
		chosen.residentKey = isAlone ? "required" : "discouraged";
		chosen.requireResidentKey = isAlone;
		if (isAlone) chosen.userVerification = "required";
		return webauthnJSON.create(options.creation_options);
	};
	const confirm = async (button) => {
		const form = button.form;
		const fault = form.querySelector("[data-passkey-says]");
		const live = document.querySelector("[data-live]");
		fault.textContent = "";
		try {
			form.elements.credential.value = JSON.stringify(await ask(button));
		} catch (error) {
			fault.textContent = error.name === "SecurityError" ? sayAddress : button.dataset.passkeyFault;
			if (live) live.textContent = fault.textContent;
			return;
		}
		const kept = button.dataset.passkeyKeeps;
		if (!kept) return form.requestSubmit();
		button.textContent = kept; // the act itself stays behind its own button
		if (live) live.textContent = kept;
	};

	for (const part of document.querySelectorAll("[data-passkey-part]")) part.hidden = false;
	for (const button of document.querySelectorAll("[data-passkey]")) {
		button.addEventListener("click", () => confirm(button));
	}
})();
