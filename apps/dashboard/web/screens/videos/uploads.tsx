import { useLocalStorage } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { createContext, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { IconUpload } from '@tabler/icons-react';
import { systemClock } from '#base/clock.js';
import type { ProfileName } from '#pose/profile.js';
import { keys } from '../../api/queries.js';
import { sendFile } from '../../api/send-file.js';
import type { Import } from '../../api/types.js';
import { sayDone } from '../../ui/undo.js';
import { importAddress, isTrackFile, toldOf, type TrackFileFacts } from './track-files.js';
import { nextRate, startRate, type UploadRate } from './upload-rate.js';
import classes from './uploads.module.css';

export interface Upload {
  readonly no: number;
  readonly name: string;
  readonly bytes: number;
  /** `asking`: a file of tracks of which something must be said first. `storing`: it is sent, and is being stored. */
  readonly state: 'asking' | 'waiting' | 'sending' | 'storing' | 'failed';
  readonly problem: string | null;
  readonly rate: UploadRate;
  /** How it will be analysed. */
  readonly profile: ProfileName;
  /** Of a file of tracks; null: a video or picture, or nothing was said yet. */
  readonly tracks: TrackFileFacts | null;
  /** By which a file of tracks is followed while it is stored. */
  readonly ticket: string;
}

interface Uploads {
  readonly list: readonly Upload[];
  /** The profile of files whose upload has not begun. */
  readonly profile: ProfileName;
  readonly choose: (profile: ProfileName) => void;
  readonly add: (files: Iterable<File>) => void;
  /** Stops or forgets an upload. */
  readonly drop: (no: number) => void;
  readonly retry: (no: number) => void;
  /** Says what a file of tracks does not say itself; it waits for its turn then. */
  readonly describe: (no: number, facts: TrackFileFacts) => void;
}

const Context = createContext<Uploads | null>(null);

export function useUploads(): Uploads {
  const uploads = useContext(Context);
  if (uploads === null) throw new Error('UploadsProvider is missing above this component.');
  return uploads;
}

function addressOf({ name, profile, tracks, ticket }: Upload): string {
  if (tracks !== null) return importAddress(name, ticket, tracks);
  return `/api/videos?${new URLSearchParams({ name, profile }).toString()}`;
}

/** Uploads go on while the person moves between screens, one file after the other; files may be dropped anywhere. */
export function UploadsProvider({ children }: { readonly children: ReactNode }) {
  const [list, setList] = useState<readonly Upload[]>([]);
  const [profile, setProfile] = useLocalStorage<ProfileName>({ key: 'posewatch-upload-profile', defaultValue: 'fast' });
  const files = useRef(new Map<number, File>());
  const running = useRef<{ readonly no: number; readonly request: XMLHttpRequest } | null>(null);
  const lastNo = useRef(0);
  const queries = useQueryClient();

  const patch = (no: number, change: Partial<Upload>): void => {
    setList((before) => before.map((upload) => (upload.no === no ? { ...upload, ...change } : upload)));
  };

  useEffect(() => {
    const next = list.find((upload) => upload.state === 'waiting');
    const file = next === undefined ? undefined : files.current.get(next.no);
    if (next === undefined || file === undefined || running.current !== null) return;
    let rate = startRate(systemClock.monotonicMs());
    patch(next.no, { state: 'sending', rate });
    const settled = (problem: string | null): void => {
      running.current = null;
      if (problem === null) {
        files.current.delete(next.no);
        setList((before) => before.filter((upload) => upload.no !== next.no));
      } else patch(next.no, { state: 'failed', problem });
      void queries.invalidateQueries({ queryKey: keys.videos });
    };
    const request = sendFile(addressOf(next), file, {
      progress: (sentBytes) => {
        rate = nextRate(rate, sentBytes, systemClock.monotonicMs());
        const isSent = next.tracks !== null && sentBytes >= file.size;
        patch(next.no, { rate, ...(isSent ? { state: 'storing' } : {}) });
      },
      done: (body) => {
        // The one answer of the import's address.
        if (next.tracks !== null) sayDone(toldOf(body as Import));
        settled(null);
      },
      failed: settled,
    });
    running.current = { no: next.no, request };
  }, [list, queries]);

  const uploads = useMemo<Uploads>(
    () => ({
      list,
      profile,
      choose: (chosen) => {
        setProfile(chosen);
        setList((before) =>
          before.map((upload) =>
            upload.state === 'sending' || upload.state === 'storing' ? upload : { ...upload, profile: chosen },
          ),
        );
      },
      add: (added) => {
        const entries = [...added].map((file): Upload => {
          const no = ++lastNo.current;
          files.current.set(no, file);
          const about = { no, name: file.name, bytes: file.size, profile, tracks: null, ticket: crypto.randomUUID() };
          const state = isTrackFile(file.name) ? 'asking' : 'waiting';
          return { ...about, state, problem: null, rate: startRate(0) };
        });
        setList((before) => [...before, ...entries]);
      },
      drop: (no) => {
        if (running.current?.no === no) {
          running.current.request.abort();
          running.current = null;
        }
        files.current.delete(no);
        setList((before) => before.filter((upload) => upload.no !== no));
      },
      retry: (no) => {
        setList((before) =>
          before.map((upload) =>
            upload.no === no
              ? { ...upload, state: isTrackFile(upload.name) ? 'asking' : 'waiting', problem: null }
              : upload,
          ),
        );
      },
      describe: (no, tracks) => {
        patch(no, { state: 'waiting', tracks });
      },
    }),
    [list, profile, setProfile],
  );
  return (
    <Context value={uploads}>
      {children}
      <DropAnywhere onFiles={uploads.add} />
    </Context>
  );
}

/** Shows where to drop as soon as files are dragged over the page, whatever screen is open. */
function DropAnywhere({ onFiles }: { readonly onFiles: (files: Iterable<File>) => void }) {
  const [isOver, setOver] = useState(false);
  const navigate = useNavigate();
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      onFiles([...(event.dataTransfer?.files ?? [])]);
      void navigate({ to: '/videos' });
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [navigate, onFiles]);
  if (!isOver) return null;
  return (
    <div className={classes.over} aria-hidden>
      <div>
        <IconUpload size={36} stroke={1.5} />
        <strong>Drop to upload</strong>
        <span>Videos and pictures to analyse, tracks to import: as many as you like</span>
      </div>
    </div>
  );
}
