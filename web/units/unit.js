// The page of a unit: the one that it is merged into is looked for by name or initials.
import { unitChoice } from "./units.js";

unitChoice();
