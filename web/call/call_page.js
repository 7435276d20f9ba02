// The page of a call that is over: its form and its caller.
import { callForm } from "./call_form.js";
import { callPop } from "./call_pop.js";

callForm();
callPop();
