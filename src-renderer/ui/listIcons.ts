/** The icons of list rows by name; ListIcons.svelte draws each once, ListIcon.svelte refers to it. */
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleX from '@lucide/svelte/icons/circle-x';
import Copy from '@lucide/svelte/icons/copy';
import Ellipsis from '@lucide/svelte/icons/ellipsis';
import Eye from '@lucide/svelte/icons/eye';
import EyeOff from '@lucide/svelte/icons/eye-off';
import Lock from '@lucide/svelte/icons/lock';
import LockOpen from '@lucide/svelte/icons/lock-open';
import Users from '@lucide/svelte/icons/users';

export const listIcons = {
  copy: Copy,
  crowd: Users,
  done: CircleCheck,
  eye: Eye,
  'eye-off': EyeOff,
  'in-progress': CircleDot,
  lock: Lock,
  'lock-open': LockOpen,
  menu: Ellipsis,
  rejected: CircleX,
};

export type ListIconName = keyof typeof listIcons;
