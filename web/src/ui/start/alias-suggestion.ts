/** Aliases to start with, so that nobody types a name of their own out of habit. */

const MANNERS =
  "Amber Bright Brisk Calm Clear Cobalt Copper Coral Dawn Dusty Early Eastern Fern Gentle Golden Hazel Hidden Indigo Ivory " +
  "Jade Kind Late Little Lunar Maple Mellow Misty Mossy Northern Olive Pale Patient Plain Quiet Rapid Rosy Rusty Sandy " +
  "Silent Silver Slow Solar Southern Steady Still Sunny Swift Tidal Velvet Violet Wandering Western Willow Winter Young";
const BEINGS =
  "Badger Bear Beaver Bittern Bison Buzzard Crane Cricket Curlew Deer Dove Eagle Egret Falcon Ferret Finch Fox Gecko Goose " +
  "Grouse Hare Hawk Heron Ibis Jackdaw Kestrel Kite Lark Lemur Linnet Lynx Marten Martin Mole Moth Newt Otter Owl Petrel " +
  "Pigeon Plover Puffin Rabbit Raven Robin Salmon Seal Snipe Sparrow Starling Stork Swallow Swan Tern Thrush Toad Vole Wren";

const manners = MANNERS.split(" ");
const beings = BEINGS.split(" ");

function any(words: readonly string[]): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return words[random % words.length] ?? "Somebody";
}

/** Two words such as "Quiet Heron", never `not`. */
export function suggestAlias(not?: string): string {
  const alias = `${any(manners)} ${any(beings)}`;
  return alias === not ? suggestAlias(not) : alias;
}
