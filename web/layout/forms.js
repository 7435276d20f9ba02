// What the forms of every page have in common: drafts, and the focus on the first field that is to be mended.
import { drafts } from "../drafts/drafts.js";

drafts();
document.querySelector("main [aria-invalid=true]")?.focus();
