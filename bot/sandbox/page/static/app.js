// The chat page.
import "/static/chat.js";
import "/static/composer.js";
import "/static/dialogs.js";
import "/static/keyboard.js";
import "/static/menus.js";
import "/static/sides.js";
import { follow } from "/static/server.js";

follow();
