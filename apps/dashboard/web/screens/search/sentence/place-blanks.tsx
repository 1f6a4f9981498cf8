import { Button } from '@mantine/core';
import { IconLine } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useZones } from '../../../api/queries.js';
import { direction, dwell } from './blanks.js';
import classes from './filter-sentence.module.css';
import { ANY, ChoiceBlank, Words, type SentenceProps } from './sentence-words.js';

const LineDialog = lazy(() => import('./line-dialog.js').then((module) => ({ default: module.LineDialog })));

/** Where in the picture of one camera: in a zone, over a line. */
export function PlaceBlanks(props: SentenceProps & { readonly camera: string }) {
  return (
    <>
      <ZoneBlank {...props} />
      <LineBlank {...props} />
    </>
  );
}

function ZoneBlank({ camera, search, onChange }: SentenceProps & { readonly camera: string }) {
  const zones = useZones(camera);
  const listed = (zones.data ?? []).map(({ id, name }) => ({ value: id, label: `in ${name}` }));
  const { zoneId: zone } = search;
  if (listed.length === 0 && zone === undefined) return null;
  const said = listed.find(({ value }) => value === zone)?.label ?? zone ?? 'anywhere';
  const isKnown = zone === undefined || listed.some(({ value }) => value === zone);
  return (
    <>
      <Words
        name="Zone"
        said={said}
        value={zone ?? ANY}
        data={[{ value: ANY, label: 'anywhere' }, ...listed, ...(isKnown ? [] : [{ value: zone, label: zone }])]}
        isSet={zone !== undefined}
        onChoose={(value) => {
          onChange({ ...search, zoneId: value === ANY ? undefined : value, minDwellSec: undefined });
        }}
      />
      {zone !== undefined && (
        <ChoiceBlank
          blank={dwell}
          search={search}
          onChange={(means) => {
            onChange({ ...search, ...means });
          }}
        />
      )}
    </>
  );
}

function LineBlank({ camera, search, onChange }: SentenceProps & { readonly camera: string }) {
  const [isOpen, setOpen] = useState(false);
  const isSet = search.line !== undefined;
  return (
    <>
      <Button
        className={classes.pill}
        data-set={isSet || undefined}
        variant="default"
        radius="xl"
        rightSection={<IconLine size={16} aria-hidden />}
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
        }}
      >
        {isSet ? 'across this line' : 'across any line'}
      </Button>
      {isSet && (
        <ChoiceBlank
          blank={direction}
          search={search}
          onChange={(means) => {
            onChange({ ...search, ...means });
          }}
        />
      )}
      {isOpen && (
        <Suspense>
          <LineDialog
            camera={camera}
            search={search}
            onChange={onChange}
            onClose={() => {
              setOpen(false);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
