// Whether this seat can be spoken from. The microphone is tried when somebody sits down and whenever it may have
// changed, and let go of at once: between calls nobody is listened to.
//
// Sends "change" whenever `trouble` is another: "" while it works, null before the first try, else asking, denied,
// missing, busy, muted or insecure.

const PROMPTED = 700; // ms; who has not answered by then is being asked
const TELLS = 300; // ms until a microphone that has been opened says that it is switched off
const TRY_AGAIN = 5_000;

export const mayBeAsked = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** What a failed getUserMedia means. */
export function troubleOf(problem) {
  if (["NotAllowedError", "SecurityError"].includes(problem.name)) return "denied";
  return problem.name === "NotFoundError" ? "missing" : "busy";
}

/** JsSIP closes only what it has opened itself. */
export const close = (stream) => stream?.getTracks().forEach((track) => track.stop());

export class Microphone extends EventTarget {
  #open;
  #mayTry;
  #underWay = null;
  #again = false;
  #timer = 0;
  #muted = null;
  #permission = null;
  trouble = null;

  /** `open`: opens the one that was chosen. `mayTry`: whether this page needs one now. */
  constructor(open, mayTry) {
    super();
    this.#open = open;
    this.#mayTry = mayTry;
    navigator.mediaDevices?.addEventListener("devicechange", () => this.look());
    const seen = () => { if (!document.hidden && this.#mayTryUnasked()) this.look(); };
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("focus", seen);
    this.#watchPermission().catch(() => {}); // a browser that does not tell is asked by the button
  }

  /** Try it, however often this is asked for: one try at a time, and one more after the last. */
  look() {
    this.#again = true;
    this.#underWay ??= (async () => {
      await null; // so that it is over, tried or not, after it is known to be under way
      while (this.#again) {
        this.#again = false;
        this.#found(this.#mayTry() ? await this.#tried() : this.#leave());
      }
      this.#underWay = null;
    })();
    return this.#underWay;
  }

  /** It has just failed somewhere else. */
  failed(trouble) {
    this.#found(trouble);
  }

  async #watchPermission() {
    this.#permission = await navigator.permissions.query({ name: "microphone" });
    this.#permission.addEventListener("change", () => this.look());
  }

  /** Without a question to who sits there; a device that is lost or taken comes back while nobody looks, too. */
  #mayTryUnasked() {
    return this.#permission?.state === "granted";
  }

  #leave() {
    close(this.#muted);
    this.#muted = null;
    return null;
  }

  async #tried() {
    if (!mayBeAsked()) return "insecure";
    const asking = setTimeout(() => { if (this.trouble === null) this.#found("asking"); }, PROMPTED);
    try {
      return await this.#heard(await this.#open());
    } catch (problem) {
      return troubleOf(problem);
    } finally {
      clearTimeout(asking);
    }
  }

  /** One that is switched off is kept, because it alone can say that it is on again. */
  async #heard(stream) {
    this.#leave();
    const [track] = stream.getAudioTracks();
    if (!track.muted) await new Promise((resolve) => { track.addEventListener("mute", resolve, { once: true }); setTimeout(resolve, TELLS); });
    if (!track.muted) {
      close(stream);
      return "";
    }
    this.#muted = stream;
    for (const kind of ["unmute", "ended"]) track.addEventListener(kind, () => this.look());
    return "muted";
  }

  #found(trouble) {
    clearTimeout(this.#timer);
    if (["missing", "busy"].includes(trouble)) {
      this.#timer = setTimeout(() => { if (this.#mayTryUnasked()) this.look(); }, TRY_AGAIN);
    }
    if (trouble === this.trouble) return;
    this.trouble = trouble;
    this.dispatchEvent(new Event("change"));
  }
}
