/** How the review statuses are called and shown, and the command that sets each. */
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import CircleX from '@lucide/svelte/icons/circle-x';
import type { ReviewStatus } from '@shared/document/types';

export interface StatusLook {
  readonly label: string;
  readonly icon: typeof CircleDot;
  /** A CSS colour of tokens.css. */
  readonly color: string;
  readonly command: string;
}

export const statusLooks: Readonly<Record<ReviewStatus, StatusLook>> = {
  new: { label: 'New', icon: CircleDashed, color: 'var(--text-muted)', command: 'review.new' },
  'in-progress': { label: 'In progress', icon: CircleDot, color: 'var(--accent)', command: 'review.inProgress' },
  done: { label: 'Done', icon: CircleCheck, color: 'var(--success)', command: 'review.done' },
  rejected: { label: 'Rejected', icon: CircleX, color: 'var(--danger)', command: 'review.rejected' },
};

export const statuses = Object.keys(statusLooks) as readonly ReviewStatus[];
