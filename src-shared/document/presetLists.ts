/** Long lists of categories in short: those of the presets that have a colour and tell things from stuff. */
import type { NewCategory } from './types';

type Known = NewCategory & { readonly id: number };

/** Supercategory, thing or stuff, and `id name rrggbb` of each, separated by `|`. */
type Group = readonly [supercategory: string, kind: 'thing' | 'stuff', list: string];

/** github.com/cocodataset/panopticapi, panoptic_coco_categories.json. */
const cocoPanopticGroups: readonly Group[] = [
  ['person', 'thing', '1 person dc143c'],
  [
    'vehicle',
    'thing',
    '2 bicycle 770b20|3 car 00008e|4 motorcycle 0000e6|5 airplane 6a00e4|6 bus 003c64|7 train 005064|' +
      '8 truck 000046|9 boat 0000c0',
  ],
  [
    'outdoor',
    'thing',
    '10 traffic light faaa1e|11 fire hydrant 64aa1e|13 stop sign dcdc00|14 parking meter af74af|' + '15 bench fa001e',
  ],
  [
    'animal',
    'thing',
    '16 bird a52a2a|17 cat ff4dff|18 dog 00e2fc|19 horse b6b6ff|20 sheep 005200|21 cow 78a69d|' +
      '22 elephant 6e4c00|23 bear ae39ff|24 zebra c76400|25 giraffe 480076',
  ],
  ['accessory', 'thing', '27 backpack ffb3f0|28 umbrella 007d5c|31 handbag d10097|32 tie bcd0b6|33 suitcase 00dcb0'],
  [
    'sports',
    'thing',
    '34 frisbee ff63a4|35 skis 5c0049|36 snowboard 8581ff|37 sports ball 4eb4ff|38 kite 00e400|' +
      '39 baseball bat aefff3|40 baseball glove 2d59ff|41 skateboard 868667|42 surfboard 9194ae|' +
      '43 tennis racket ffd0ba',
  ],
  [
    'kitchen',
    'thing',
    '44 bottle c5e2ff|46 wine glass ab8601|47 cup 6d3f36|48 fork cf8aff|49 knife 97005f|50 spoon 09503d|' +
      '51 bowl 546933',
  ],
  [
    'food',
    'thing',
    '52 banana 4a4169|53 apple a6c466|54 sandwich d0c3d2|55 orange ff6d41|56 broccoli 008f95|' +
      '57 carrot b300c2|58 hot dog d1636a|59 pizza 057900|60 donut e3ffcd|61 cake 93bad0',
  ],
  [
    'furniture',
    'thing',
    '62 chair 994501|63 couch 035fa1|64 potted plant a3ff00|65 bed 7700aa|67 dining table 00b6c7|' + '70 toilet 00a578',
  ],
  [
    'electronic',
    'thing',
    '72 tv b78258|73 laptop 5f2000|74 mouse 827287|75 remote 6e8185|76 keyboard a64a76|77 cell phone db8eb9',
  ],
  ['appliance', 'thing', '78 microwave 4fd272|79 oven b25a3e|80 toaster 41460f|81 sink 7fa773|82 refrigerator 3b696a'],
  [
    'indoor',
    'thing',
    '84 book 8e6c2d|85 clock c4ac00|86 vase 5f3650|87 scissors 804cff|88 teddy bear c93901|' +
      '89 hair drier f6007a|90 toothbrush bfa2d0',
  ],
  ['textile', 'stuff', '92 banner ffff80|93 blanket 93d3cb'],
  ['building', 'stuff', '95 bridge 966464'],
  ['raw-material', 'stuff', '100 cardboard a8abac'],
  ['furniture-stuff', 'stuff', '107 counter 9270c6'],
  ['textile', 'stuff', '109 curtain d2aa64'],
  ['furniture-stuff', 'stuff', '112 door-stuff 5c8859'],
  ['floor', 'stuff', '118 floor-wood da58b8'],
  ['plant', 'stuff', '119 flower f18100'],
  ['food-stuff', 'stuff', '122 fruit d911ff'],
  ['ground', 'stuff', '125 gravel 7c4ab5'],
  ['building', 'stuff', '128 house 464646'],
  ['furniture-stuff', 'stuff', '130 light ffe4ff|133 mirror-stuff 9ad000'],
  ['structural', 'stuff', '138 net c1005c'],
  ['textile', 'stuff', '141 pillow 4c5b71'],
  ['ground', 'stuff', '144 platform ffb4c3|145 playingfield 6a9ab0|147 railroad e6968c'],
  ['water', 'stuff', '148 river 3c8fff'],
  ['ground', 'stuff', '149 road 804080'],
  ['building', 'stuff', '151 roof 5c5237'],
  ['ground', 'stuff', '154 sand fed47c'],
  ['water', 'stuff', '155 sea 494dae'],
  ['furniture-stuff', 'stuff', '156 shelf ffa062'],
  ['ground', 'stuff', '159 snow ffffff'],
  ['furniture-stuff', 'stuff', '161 stairs 68546d'],
  ['building', 'stuff', '166 tent a9a483'],
  ['textile', 'stuff', '168 towel e1c7ff'],
  ['wall', 'stuff', '171 wall-brick 89364a|175 wall-stone 879edf|176 wall-tile 07f6e7|177 wall-wood 6bffc8'],
  ['water', 'stuff', '178 water-other 3a2995'],
  ['window', 'stuff', '180 window-blind b7798e|181 window-other ff4961'],
  ['plant', 'stuff', '184 tree-merged 6b8e23'],
  ['structural', 'stuff', '185 fence-merged be9999'],
  ['ceiling', 'stuff', '186 ceiling-merged 928b8d'],
  ['sky', 'stuff', '187 sky-other-merged 4682b4'],
  ['furniture-stuff', 'stuff', '188 cabinet-merged 86c79c|189 table-merged d1e28c'],
  ['floor', 'stuff', '190 floor-other-merged 60246c'],
  ['ground', 'stuff', '191 pavement-merged 606060'],
  ['solid', 'stuff', '192 mountain-merged 40aa40'],
  ['plant', 'stuff', '193 grass-merged 98fb98'],
  ['ground', 'stuff', '194 dirt-merged d0e5e4'],
  ['raw-material', 'stuff', '195 paper-merged cebaab'],
  ['food-stuff', 'stuff', '196 food-other-merged 98a140'],
  ['building', 'stuff', '197 building-other-merged 747000'],
  ['solid', 'stuff', '198 rock-merged 00728f'],
  ['wall', 'stuff', '199 wall-other-merged 66669c'],
  ['textile', 'stuff', '200 rug-merged fa8dff'],
];

/**
 * ADE20K's 150 classes of the scene parsing benchmark, numbered 1 to 150 as in its label maps (0 is everything else), by the
 * first of their names; things and colours as in github.com/facebookresearch/Mask2Former.
 */
const ade20kGroups: readonly Group[] = [
  [
    '',
    'stuff',
    '1 wall 787878|2 building b47878|3 sky 06e6e6|4 floor 503232|5 tree 04c803|6 ceiling 787850|' +
      '7 road 8c8c8c|10 grass 04fa07|12 sidewalk ebff07|14 earth 787846|17 mountain 8fff8c|18 plant ccff04|' +
      '22 water 3de6fa|26 house ff09e0|27 sea 0907e6|29 rug ff095c|30 field 7009ff|35 rock ff290a|' +
      '41 base ff7a08|47 sand a09614|49 skyscraper 8c8c8c|52 grandstand 1fff00|53 path ff1f00|55 runway 99ff00|' +
      '60 stairway 1f00ff|61 river 0bc8c8|62 bridge ff5200|64 blind 003dff|69 hill ff6600|78 bar 00ff99|' +
      '80 hovel ff00ff|85 tower ffb8b8|92 dirt track 000aff|95 land 00c2ff|97 escalator 00ffa3|' +
      '100 buffet ff7000|101 poster 8fff00|102 stage 5200ff|106 conveyer belt 8500ff|107 canopy 00ff5c|' +
      '110 pool 00b8ff|114 falls 00e0ff|115 tent 70e0ff|118 cradle 9900ff|123 tank 00ffeb|129 lake 0abed4|' +
      '132 blanket 1400ff|141 pier 4700ff|142 crt screen 7a00ff|146 shower 0085ff',
  ],
  [
    '',
    'thing',
    '8 bed cc05ff|9 window e6e6e6|11 cabinet e005ff|13 person 96053d|15 door 08ff33|16 table ff0652|' +
      '19 curtain ff3307|20 chair cc4603|21 car 0066c8|23 painting ff0633|24 sofa 0b66ff|25 shelf ff0747|' +
      '28 mirror dcdcdc|31 armchair 08ffd6|32 seat 07ffe0|33 fence ffb806|34 desk 0aff47|36 wardrobe 07ffff|' +
      '37 lamp e0ff08|38 tub 6608ff|39 rail ff3d06|40 cushion ffc207|42 box 00ff14|43 column ff0829|' +
      '44 signboard ff0599|45 chest of drawers 0633ff|46 counter eb0cff|48 sink 00a3ff|50 fireplace fa0a0f|' +
      '51 refrigerator 14ff00|54 stairs ffe000|56 case 0000ff|57 pool table ff4700|58 pillow 00ebff|' +
      '59 screen door 00adff|63 bookcase 00fff5|65 coffee table 00ff70|66 toilet 00ff85|67 flower ff0000|' +
      '68 book ffa300|70 bench c2ff00|71 countertop 008fff|72 stove 33ff00|73 palm 0052ff|' +
      '74 kitchen island 00ff29|75 computer 00ffad|76 swivel chair 0a00ff|77 boat adff00|' +
      '79 arcade machine ff5c00|81 bus ff00f5|82 towel ff0066|83 light ffad00|84 truck ff0014|' +
      '86 chandelier 001fff|87 awning 00ff3d|88 street lamp 0047ff|89 booth ff00cc|90 tv 00ffc2|' +
      '91 plane 00ff52|93 clothes 0070ff|94 pole 3300ff|96 bannister 007aff|98 ottoman ff9900|99 bottle 00ff0a|' +
      '103 van a3ff00|104 ship ffeb00|105 fountain 08b8aa|108 washer b800ff|109 plaything ff001f|' +
      '111 stool 00d6ff|112 barrel ff0070|113 basket 5cff00|116 bag 46b8a0|117 minibike a300ff|119 oven 47ff00|' +
      '120 ball ff00a3|121 food ffcc00|122 step ff008f|124 trade name 85ff00|125 microwave ff00eb|' +
      '126 pot f500ff|127 animal ff007a|128 bicycle fff500|130 dishwasher d6ff00|131 screen 00ccff|' +
      '133 sculpture ffff00|134 hood 0099ff|135 sconce 0029ff|136 vase 00ffcc|137 traffic light 2900ff|' +
      '138 tray 29ff00|139 trash can ad00ff|140 fan 00f5ff|143 plate 00ffb8|144 monitor 005cff|' +
      '145 bulletin board b8ff00|147 radiator ffd600|148 glass 19c2c2|149 clock 66ff00|150 flag 5c00ff',
  ],
];

/** In the order of their ids. */
export const cocoPanoptic: readonly Known[] = unfold(cocoPanopticGroups);
export const ade20k: readonly Known[] = unfold(ade20kGroups);

function unfold(groups: readonly Group[]): Known[] {
  const known = groups.flatMap(([supercategory, kind, list]) =>
    list.split('|').map((entry): Known => {
      const [, id, name, color] = /^(\d+) (.+) ([0-9a-f]{6})$/.exec(entry)!;
      const group = supercategory === '' ? {} : { supercategory };
      return { id: Number(id), name, ...group, color: `#${color}`, isThing: kind === 'thing' };
    }),
  );
  return known.sort((a, b) => a.id - b.id);
}
