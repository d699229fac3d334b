// The playground: a program of one's own, no challenge.

import { pageData } from "./dom.js";
import { startWorkbench } from "./workbench.js";

startWorkbench({ slug: null, ...pageData() });
