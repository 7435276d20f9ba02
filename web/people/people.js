// Adding people: the unit of an officer or a head is looked for by name or initials.
import { unitChoice } from "../units/units.js";

unitChoice();
