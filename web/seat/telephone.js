// The console's own telephone: SIP over a secure WebSocket, one call at a time. It knows nothing of the page.
//
// Sends "change" whenever `state` or `call` is another, and "ended" after a call.
//   state: off, connecting, ready, lost (no connection) or refused (wrong secret)
//   call:  null or {state: ringing | connecting | talking, muted, held, microphone: "" | lost | muted}
// biome-ignore lint/correctness/noUnresolvedImports: lies in static/vendor, which browsers know as /static/vendor
import JsSIP from "../vendor/jssip.esm.js";
import { close } from "./microphone.js";

const REGISTER_AGAIN = 60; // seconds; a telephone whose computer was switched off is forgotten after so long
const GONE = { extraHeaders: ['Reason: Q.850;cause=27;text="Destination out of order"'] }; // the seat has not hung up
const CANDIDATES_WITHIN = 500; // ms; on one network the first candidates are all that matter

export class Telephone extends EventTarget {
  #agent = null;
  #session = null;
  #microphone = null;
  #farEnd;
  #mayRing = false;
  state = "off";
  call = null;

  /** `farEnd`: the audio element in which the caller is heard. */
  constructor(farEnd) {
    super();
    this.#farEnd = farEnd;
  }

  /** Register with what the server gave: {url, uri, user, realm, ha1}. */
  start(account) {
    this.stop();
    const agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(account.url)],
      uri: account.uri,
      authorization_user: account.user,
      realm: account.realm,
      ha1: account.ha1,
      register: this.#mayRing,
      register_expires: REGISTER_AGAIN,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4,
      session_timers: false,
      user_agent: "petition-hotline",
    });
    agent.on("registered", () => { if (this.#mayRing) this.#become("ready"); else agent.unregister(); });
    agent.on("disconnected", () => this.#become(this.#isWanted ? "lost" : "off"));
    agent.on("registrationFailed", ({ response }) => { if (this.#isWanted) this.#become(response ? "refused" : "lost"); });
    agent.on("newRTCSession", ({ originator, session }) => this.#rings(originator, session));
    this.#agent = agent;
    this.#become(this.#mayRing ? "connecting" : "off");
    agent.start();
  }

  get #isWanted() {
    return Boolean(this.#agent) && this.#mayRing;
  }

  /** Whether the exchange may ring here: register, or be no telephone to it. A call that there is goes on. */
  mayRing(on) {
    if (on === this.#mayRing) return;
    this.#mayRing = on;
    if (on) this.#agent?.register(); else this.#agent?.unregister();
    if (this.#agent) this.#become(on ? "connecting" : "off");
  }

  /** Unregister, be quiet. A talk is cut off: the exchange learns that nobody has ended it, and keeps the caller. */
  stop() {
    const agent = this.#agent;
    this.#agent = null;
    if (this.#session?.isEstablished()) this.#session.terminate(GONE);
    agent?.stop();
    this.#become("off");
  }

  /** Take the call with this microphone (a MediaStream), which is closed with the call. */
  answer(microphone) {
    if (this.call?.state !== "ringing") { close(microphone); return; }
    this.#speakInto(microphone);
    this.#update({ state: "connecting" });
    this.#session.answer({ mediaStream: microphone, pcConfig: { iceServers: [] } });
  }

  /** Go on with this microphone, as muted as the one before. */
  async goOnWith(microphone) {
    const sender = this.#session?.connection?.getSenders().find((each) => each.track?.kind === "audio");
    if (!sender) { close(microphone); return; }
    const [track] = microphone.getAudioTracks();
    track.enabled = sender.track.enabled;
    await sender.replaceTrack(track);
    close(this.#microphone);
    this.#speakInto(microphone);
  }

  #speakInto(microphone) {
    this.#microphone = microphone;
    const [track] = microphone.getAudioTracks();
    const tell = () => { if (this.#microphone === microphone) this.#update({ microphone: track.readyState === "ended" ? "lost" : track.muted ? "muted" : "" }); };
    for (const kind of ["ended", "mute", "unmute"]) track.addEventListener(kind, tell);
    tell();
  }

  hangUp() {
    // 480 and not 603: the seat has not taken it, and another one may
    this.#session?.terminate(this.call?.state === "ringing" ? { status_code: 480 } : {});
  }

  mute(on) {
    if (on) this.#session?.mute({ audio: true });
    else this.#session?.unmute({ audio: true });
  }

  hold(on) {
    if (on) this.#session?.hold();
    else this.#session?.unhold();
  }

  /** Send a key as RFC 4733 telephone events. */
  press(key) {
    this.#session?.sendDTMF(key, { transportType: "RFC2833", duration: 120, interToneGap: 70 });
  }

  #rings(originator, session) {
    if (originator !== "remote") return;
    if (this.#session) {
      session.terminate({ status_code: 486 });
      return;
    }
    this.#session = session;
    this.call = { state: "ringing", muted: false, held: false, microphone: "" };
    session.on("peerconnection", ({ peerconnection }) => {
      peerconnection.addEventListener("track", ({ streams, track }) => {
        this.#farEnd.srcObject = streams[0] ?? new MediaStream([track]);
      });
    });
    let hurry = 0;
    session.on("icecandidate", ({ ready }) => { if (!hurry) hurry = setTimeout(ready, CANDIDATES_WITHIN); });
    session.on("confirmed", () => this.#update({ state: "talking" }));
    session.on("muted", () => this.#update({ muted: true }));
    session.on("unmuted", () => this.#update({ muted: false }));
    session.on("hold", ({ originator: by }) => { if (by === "local") this.#update({ held: true }); });
    session.on("unhold", ({ originator: by }) => { if (by === "local") this.#update({ held: false }); });
    for (const ending of ["ended", "failed"]) session.on(ending, ({ cause }) => this.#over(cause));
    this.#changed();
  }

  #over(cause) {
    const { state } = this.call;
    this.#session = null;
    this.call = null;
    close(this.#microphone);
    this.#microphone = null;
    this.#farEnd.srcObject = null;
    this.dispatchEvent(new CustomEvent("ended", { detail: { cause, state } }));
    this.#changed();
  }

  #update(values) {
    if (!this.call) return;
    Object.assign(this.call, values);
    this.#changed();
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
