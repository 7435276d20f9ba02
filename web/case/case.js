// The page of a case: the unit is looked for by name or initials.
import { unitChoice } from "../units/units.js";

unitChoice();
