// Where the coins lie: whole discs inside the image, some touching, none overlapping.
import type { Random } from './random';

export interface Coin {
  x: number;
  y: number;
  radius: number;
  metal: Metal;
  /** Coins that touch, directly or through others, share a pile number. */
  pile: number;
}

/** Base colours, RGB 0..255 under neutral light. */
export type Metal = readonly [number, number, number];

const METALS: readonly Metal[] = [
  [188, 190, 194], // nickel
  [205, 205, 200], // silver
  [206, 176, 112], // brass
  [196, 164, 98], // old brass
  [204, 146, 110], // bright copper
];

/** Discs that touch leave this much, discs that do not leave at least the other, px. */
const TOUCH_PX = 0.15;
const FREE_PX = 6;
const MARGIN_PX = 5;
/** Within a pile the smallest radius is at least this share of the largest: one relative distance marks every core. */
const SIMILAR = 0.74;

interface Layout {
  count: number;
  radii: readonly number[];
  touchingPairs: number;
}

/** Places `count` coins, the wanted number of touching pairs first (largest discs find room while there is some). */
export function placeCoins(random: Random, size: { width: number; height: number }, layout: Layout): Coin[] {
  const coins: Coin[] = [];
  let pairs = 0;
  for (let attempt = 0; coins.length < layout.count; attempt++) {
    if (attempt > 100000) throw new Error(`placed ${coins.length} of ${layout.count} coins: no room left`);
    const wantsPair = pairs < layout.touchingPairs && coins.length > 0 && random.next() < 0.6;
    const coin = randomCoin(random, size, layout.radii, coins.length);
    const neighbour = wantsPair ? random.pick(coins) : undefined;
    if (neighbour) {
      coin.pile = neighbour.pile;
      const angle = random.angle();
      coin.x = neighbour.x + (neighbour.radius + coin.radius + TOUCH_PX) * Math.cos(angle);
      coin.y = neighbour.y + (neighbour.radius + coin.radius + TOUCH_PX) * Math.sin(angle);
    }
    if (!fits(coin, neighbour, coins, size)) continue;
    coins.push(coin);
    if (neighbour) pairs++;
  }
  if (pairs < layout.touchingPairs)
    throw new Error(`only ${pairs} of ${layout.touchingPairs} pairs touch: another seed is needed`);
  return coins;
}

function randomCoin(
  random: Random,
  size: { width: number; height: number },
  radii: readonly number[],
  pile: number,
): Coin {
  const wear = random.uniform(0.93, 1.05);
  const [r, g, b] = random.pick(METALS);
  return {
    x: random.uniform(0, size.width),
    y: random.uniform(0, size.height),
    radius: random.pick(radii) + random.uniform(-0.4, 0.4),
    metal: [r * wear, g * wear, b * wear],
    pile,
  };
}

function fits(
  coin: Coin,
  neighbour: Coin | undefined,
  coins: readonly Coin[],
  size: { width: number; height: number },
): boolean {
  const reach = coin.radius + MARGIN_PX;
  if (coin.x < reach || coin.y < reach || coin.x > size.width - reach || coin.y > size.height - reach) return false;
  return coins.every((other) => {
    const [smaller, larger] = [coin.radius, other.radius].sort((a, b) => a - b);
    if (other.pile === coin.pile && smaller < SIMILAR * larger) return false;
    if (other === neighbour) return true;
    return Math.hypot(coin.x - other.x, coin.y - other.y) >= coin.radius + other.radius + FREE_PX;
  });
}
