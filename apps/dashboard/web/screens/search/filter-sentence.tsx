import { Button, Select, TextInput, type ComboboxData } from '@mantine/core';
import { useSources, useZones } from '../../api/queries.js';
import { fromField, timeRanges, toField } from '../tracks/time-ranges.js';
import { blanks, chosenIn, dwell, type Blank } from './blanks.js';
import classes from './filter-sentence.module.css';
import { isNarrowed, type PeopleSearch } from './search-filter.js';

interface SentenceProps {
  readonly search: PeopleSearch;
  readonly onChange: (search: PeopleSearch) => void;
}

/** The filter as a sentence: each blank is a list to choose from, and asks for nothing until something is chosen. */
export function FilterSentence({ search, onChange }: SentenceProps) {
  const narrow = (means: PeopleSearch): void => {
    onChange({ ...search, ...means });
  };
  return (
    <div className={classes.sentence} role="search" aria-label="Filter">
      <span className={classes.word}>People in</span>
      <SourceBlank search={search} onChange={onChange} />
      {search.camera !== undefined && <ZoneBlank camera={search.camera} search={search} onChange={onChange} />}
      <TimeBlank search={search} onChange={onChange} />
      {blanks.map((blank) => (
        <ChoiceBlank key={blank.name} blank={blank} search={search} onChange={narrow} />
      ))}
      {isNarrowed(search) && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            onChange({ like: search.like });
          }}
        >
          Clear all
        </Button>
      )}
    </div>
  );
}

/** A list as wide as what it says. */
function Words(props: {
  readonly name: string;
  readonly said: string;
  readonly value: string;
  readonly data: ComboboxData;
  readonly isSet: boolean;
  readonly searchable?: boolean;
  readonly onChoose: (value: string) => void;
}) {
  const { name, said, value, data, isSet, searchable = false, onChoose } = props;
  return (
    <Select
      className={classes.blank}
      data-set={isSet || undefined}
      style={{ '--blank-ch': said.length }}
      aria-label={name}
      data={data}
      value={value}
      allowDeselect={false}
      rightSectionWidth={28}
      searchable={searchable}
      nothingFoundMessage="Nothing has this name"
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      onChange={(chosen) => {
        if (chosen !== null) onChoose(chosen);
      }}
    />
  );
}

function ChoiceBlank(props: {
  readonly blank: Blank;
  readonly search: PeopleSearch;
  readonly onChange: (means: PeopleSearch) => void;
}) {
  const { blank, search, onChange } = props;
  const chosen = chosenIn(blank, search);
  const said = chosen < 0 ? blank.otherwise(search) : blank.choices[chosen].label;
  const listed = blank.choices.map(({ label }, index) => ({ value: String(index), label }));
  return (
    <Words
      name={blank.name}
      said={said}
      value={String(chosen)}
      data={chosen < 0 ? [...listed, { value: '-1', label: said }] : listed}
      isSet={chosen !== 0}
      onChoose={(value) => {
        if (value !== '-1') onChange(blank.choices[Number(value)].means);
      }}
    />
  );
}

/** Stands for "no choice": ids never look like this. */
const ANY = '*';

function SourceBlank({ search, onChange }: SentenceProps) {
  const sources = useSources();
  const listed = (kind: 'live' | 'video') =>
    sources.filter((source) => source.kind === kind).map(({ id, name }) => ({ value: id, label: name }));
  const { camera } = search;
  const said = sources.find(({ id }) => id === camera)?.name ?? camera ?? 'every camera and video';
  const isKnown = camera === undefined || sources.some(({ id }) => id === camera);
  return (
    <Words
      name="Camera or video"
      said={said}
      value={camera ?? ANY}
      data={[
        { value: ANY, label: 'every camera and video' },
        ...(isKnown ? [] : [{ value: camera, label: camera }]),
        { group: 'Cameras', items: listed('live') },
        { group: 'Videos', items: listed('video') },
      ]}
      isSet={camera !== undefined}
      searchable
      onChoose={(value) => {
        onChange({ ...search, camera: value === ANY ? undefined : value, zone: undefined, dwell: undefined });
      }}
    />
  );
}

function ZoneBlank({ camera, search, onChange }: SentenceProps & { readonly camera: string }) {
  const zones = useZones(camera);
  const listed = (zones.data ?? []).map(({ id, name }) => ({ value: id, label: `in ${name}` }));
  const { zone } = search;
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
          onChange({ ...search, zone: value === ANY ? undefined : value, dwell: undefined });
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

const rangeWords: Readonly<Record<(typeof timeRanges)[number]['value'], string>> = {
  hour: 'in the last hour',
  day: 'in the last 24 hours',
  week: 'in the last 7 days',
  all: 'at any time',
  custom: 'between',
};

function TimeBlank({ search, onChange }: SentenceProps) {
  const range = timeRanges.find(({ value }) => value === search.range)?.value ?? 'all';
  const field = (name: 'from' | 'to', label: string) => (
    <TextInput
      className={classes.date}
      type="datetime-local"
      step={1}
      aria-label={label}
      value={toField(search[name], 'second')}
      onChange={(event) => {
        onChange({ ...search, [name]: fromField(event.currentTarget.value) });
      }}
    />
  );
  return (
    <>
      <Words
        name="Time"
        said={rangeWords[range]}
        value={range}
        data={timeRanges.map(({ value }) => ({ value, label: rangeWords[value] }))}
        isSet={range !== 'all'}
        onChoose={(value) => {
          const isCustom = value === 'custom';
          onChange({
            ...search,
            range: value === 'all' ? undefined : value,
            ...(isCustom ? {} : { from: undefined, to: undefined }),
          });
        }}
      />
      {range === 'custom' && (
        <>
          {field('from', 'From')}
          <span className={classes.word}>and</span>
          {field('to', 'To')}
        </>
      )}
    </>
  );
}
