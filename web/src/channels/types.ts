import type { Schemas } from '@/api/client';

export type Channel = Schemas['Channel'];
export type ChannelHealth = Schemas['ChannelHealth'];
export type ChannelStatus = Schemas['ChannelStatus'];
export type Provider = Schemas['Provider'];
export type ProviderField = Schemas['ProviderField'];
export type ProviderSection = Schemas['ProviderSection'];
export type NewChannel = Schemas['NewChannel'];
export type ChannelPatch = Schemas['ChannelPatch'];
