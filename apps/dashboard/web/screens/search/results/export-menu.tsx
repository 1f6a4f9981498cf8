import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { search as calls, type SearchQuery } from '../../../api/calls.js';
import { sayDone, sayFailed } from '../../../ui/undo.js';
import classes from './export-menu.module.css';

const formats = [
  { format: 'csv', label: 'CSV', text: 'A line for each person, for a spreadsheet', holds: 'tracks' },
  { format: 'json', label: 'JSON', text: 'An object for each person', holds: 'tracks' },
  { format: 'posetrack', label: 'PoseTrack', text: 'All joints with tracks', holds: 'poses' },
  { format: 'coco', label: 'COCO results', text: 'All joints, picture by picture', holds: 'poses' },
  { format: 'mot', label: 'MOT', text: 'All boxes with tracks', holds: 'poses' },
] as const;

type Format = (typeof formats)[number]['format'];

/** Saves everybody who matches as a file. Formats with poses hold one camera. */
export function ExportMenu({ query }: { readonly query: SearchQuery }) {
  const [isBusy, setBusy] = useState(false);
  const isOneCamera =
    [query.cameraId ?? []].flat().length === 1 || query.zoneId !== undefined || query.track !== undefined;
  const save = (format: Format): void => {
    setBusy(true);
    startDownload({ ...query, format })
      .catch((error: unknown) => {
        sayFailed('Nothing was exported', error);
      })
      .finally(() => {
        setBusy(false);
      });
  };
  return (
    <Menu position="bottom-end" width={290} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button leftSection={<IconDownload size={16} aria-hidden />} loading={isBusy}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {formats.map(({ format, label, text, holds }) => {
          const isOff = holds === 'poses' && !isOneCamera;
          return (
            <Menu.Item
              key={format}
              disabled={isOff}
              onClick={() => {
                save(format);
              }}
            >
              <span className={classes.format}>{label}</span>
              <span className={classes.text}>{isOff ? 'Choose one camera or video first' : text}</span>
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The browser saves what it is sent, of any length; what would be refused is asked first, since a download cannot say it. */
async function startDownload(query: SearchQuery & { readonly format: Format }): Promise<void> {
  const { tracks, poses } = await calls.exportExtent(query);
  const link = document.createElement('a');
  link.href = calls.exportUrl(query);
  link.download = '';
  link.click();
  const count = tracks === 1 ? 'one track' : `${tracks.toLocaleString()} tracks`;
  sayDone(`The download has begun: ${count}, ${poses.toLocaleString()} poses.`);
}
