/** How the review statuses are called and shown, and the command that sets each. */
import CircleDashed from '@lucide/svelte/icons/circle-dashed';
import type { ReviewStatus } from '@shared/document/types';
import { listIcons } from '../ui/listIcons';

export interface StatusLook {
  readonly label: string;
  readonly icon: typeof CircleDashed;
  /** A CSS colour of tokens.css. */
  readonly color: string;
  readonly command: string;
}

export const statusLooks: Readonly<Record<ReviewStatus, StatusLook>> = {
  new: { label: 'New', icon: CircleDashed, color: 'var(--text-muted)', command: 'review.new' },
  'in-progress': {
    label: 'In progress',
    icon: listIcons['in-progress'],
    color: 'var(--accent)',
    command: 'review.inProgress',
  },
  done: { label: 'Done', icon: listIcons.done, color: 'var(--success)', command: 'review.done' },
  rejected: { label: 'Rejected', icon: listIcons.rejected, color: 'var(--danger)', command: 'review.rejected' },
};

export const statuses = Object.keys(statusLooks) as readonly ReviewStatus[];
