// Generated from server/api/openapi.yaml by `npm run api:generate`. Do not edit.

export interface paths {
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description as JSON */
        get: operations["getOpenAPI"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/node-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every node type with its ports and the JSON Schema of its config */
        get: operations["listNodeTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channel-types": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What each channel type can do, whichever provider carries it
         * @description Flows are checked against it. Providers may do less, and say so in `GET /providers`.
         */
        get: operations["listChannelTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every kind of provider with the credentials it asks for */
        get: operations["listProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/providers/{provider_name}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider_name: components["parameters"]["ProviderName"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a channel with these settings would ask for, and read from a callback
         * @description For providers with `previewable`, whose requests and receipts follow from the settings. Nothing is sent or kept. It
         *     takes no credentials: where they would stand, the request is masked.
         */
        post: operations["previewProvider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gallery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Complete flows to begin with */
        get: operations["listGallery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gallery/{gallery_name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gallery_name: components["parameters"]["GalleryName"];
            };
            cookie?: never;
        };
        /** One flow of the gallery with its definition */
        get: operations["getGalleryFlow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List flows */
        get: operations["listFlows"];
        put?: never;
        /** Create a flow, blank or from a definition */
        post: operations["createFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a flow from a definition file
         * @description Refused whole (422 with `diagnostics`) when the file cannot be read as a flow; otherwise the
         *     flow is created and what is still wrong with it comes as `diagnostics`. A flow of Twilio Studio
         *     is known by itself: it becomes a Sluice flow, and `report` says what was done with its states.
         */
        post: operations["importFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a definition without storing it */
        post: operations["validateFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Render texts of a definition with sample values
         * @description Renders templates and evaluates expressions as a run would, against values that come with the
         *     request. Nothing is stored or read. What the definition says is secret is masked.
         */
        post: operations["previewTexts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run the scenarios of a definition without storing it
         * @description Each is one run in virtual time. Nothing is sent, and nothing is kept.
         */
        post: operations["testFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/try": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Play a run of a definition in virtual time, as a person decides
         * @description A try is a pure replay: the answer follows from the request and the workspace's time zone. Nothing is sent through a
         *     channel, no run is stored, and the definition is not kept. Texts of messages are true, secrets
         *     included, because they show what the recipient sees.
         */
        post: operations["tryFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/try/scenario": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write a try down as a scenario
         * @description What was not decided stays without an answer. Running the scenario passes.
         */
        post: operations["recordTry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        /** One flow, without its definition */
        get: operations["getFlow"];
        put?: never;
        post?: never;
        /**
         * Delete a flow
         * @description It leaves every list and takes no new runs. Runs that wait go on to their end, and finished
         *     runs stay readable.
         */
        delete: operations["deleteFlow"];
        options?: never;
        head?: never;
        /**
         * Rename a flow
         * @description Changes the name in the draft too, and with it the draft's ETag.
         */
        patch: operations["updateFlow"];
        trace?: never;
    };
    "/flows/{flow_id}/duplicate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Copy a flow's draft into a new flow */
        post: operations["duplicateFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}/draft": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        /** The draft's definition */
        get: operations["getDraft"];
        /**
         * Save the draft
         * @description `If-Match` must name the ETag that the change is based on (428 without it). When the draft
         *     has another ETag by now, nothing is stored and the 412 problem carries the current `etag` and
         *     `draft`, so that the person can choose. A draft with errors is stored; one that is not a JSON
         *     object, or breaks a limit, is refused with 422.
         */
        put: operations["putDraft"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}/diagnostics": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        /**
         * What is wrong with the draft, and its worst case
         * @description The same answer as saving the draft gives.
         */
        get: operations["getDraftState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish the draft as the next version
         * @description A draft with errors is refused: 422 with `diagnostics`. A draft that equals the published
         *     version makes no new one; the answer is that version.
         */
        post: operations["publishFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        /** The published versions, newest first */
        get: operations["listVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
                number: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        /** One published version with its definition */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}/versions/{number}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
                number: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a published version the draft again
         * @description What is published does not change until the draft is published.
         */
        post: operations["restoreVersion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        /**
         * What became of the runs that began in a period
         * @description Everything is counted among the runs that began in the period, whenever it happened, so shares add up. Counts are
         *     kept by the hour: `from` is cut to its hour and `to` is moved to the end of its hour. Without them it is the last
         *     24 hours. A period has at most 400 days.
         */
        get: operations["getFlowStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        /**
         * Download the definition as a file
         * @description The draft, or with `version` that published version, in canonical form.
         */
        get: operations["exportFlow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/flows/{flow_id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run the published version
         * @description The answer comes after the run is stored. The same `Idempotency-Key` on the same flow answers
         *     with the same run for at least 24 hours, also with 201 but marked
         *     `Idempotent-Replayed: true`; with other inputs it is refused with 422. Inputs that do not fit
         *     are refused with 422 and one entry in `errors` for each. A flow that was never published is
         *     refused with 409.
         */
        post: operations["startRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List runs, newest first */
        get: operations["listRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{run_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        /** One run with its steps and messages */
        get: operations["getRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{run_id}/definition": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        /**
         * The definition that this run executes
         * @description Also when its flow was changed or deleted since.
         */
        get: operations["getRunDefinition"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{run_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a run that waits
         * @description A run that has ended already is left as it is (409).
         */
        post: operations["cancelRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List channels */
        get: operations["listChannels"];
        put?: never;
        /** Create a channel; it begins unbound */
        post: operations["createChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{channel_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        /** One channel */
        get: operations["getChannel"];
        put?: never;
        post?: never;
        /**
         * Delete an unbound channel
         * @description 409 while the channel is bound or suspended, and, with the code `channel_in_use` and those flows, while published
         *     flows use it, unless `force` is true.
         */
        delete: operations["deleteChannel"];
        options?: never;
        head?: never;
        /**
         * Change a channel
         * @description What is left out stays. New credentials, settings or a new base URL make a bound channel
         *     unbound: bind it again to prove them.
         */
        patch: operations["updateChannel"];
        trace?: never;
    };
    "/channels/{channel_id}/bind": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove the credentials with a real call, and bind
         * @description 422 with the provider's reason and a hint when they do not work. What is sent with it is saved first, as by a change
         *     of the channel: a channel that was made with a name alone takes its provider and credentials here. 409 with the code
         *     `channel_duplicate` when another channel is bound to the same account and sender.
         */
        post: operations["bindChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{channel_id}/unbind": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop using the channel
         * @description 409 with the code `channel_in_use` and those flows while published flows use it, unless `force` is true.
         */
        post: operations["unbindChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{channel_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send one test message */
        post: operations["testChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{channel_id}/health": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        /**
         * What became of the messages of a channel in a period
         * @description Each thing is counted in the hour in which it happened: `from` is cut to its hour and `to` is moved to the end of its
         *     hour. Without them it is the last 24 hours. A period has at most 400 days. Latencies are from the send to the
         *     delivery, read off a histogram.
         */
        get: operations["getChannelHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{channel_id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        /**
         * What the provider of a channel posted lately, newest first
         * @description Webhooks are kept for 30 days, unless the server is set to another time. Of those that were refused a few are kept, and
         *     the others are counted in `more`.
         */
        get: operations["listWebhooks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{channel_id}/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
                webhook_id: string;
            };
            cookie?: never;
        };
        /**
         * One webhook with what was posted
         * @description What was posted may hold people's words and addresses, so it takes the role of an admin. Signatures and credentials are
         *     never kept, nor is the content of a webhook that was refused.
         */
        get: operations["getWebhook"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{channel_id}/templates/import": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        /** The latest import of the channel's templates, its progress or its result */
        get: operations["getTemplateImport"];
        put?: never;
        /**
         * Import the templates that the channel's provider lists
         * @description Works in the background; the answer tells how to follow it. What was imported before is brought up to date, what
         *     the provider does not list any more is kept and marked. A template that a person recorded is taken over only when
         *     it names the same template at the provider; otherwise the imported one gets a name of its own. Nothing changes
         *     unless the whole list was read. Importing again changes nothing that is up to date.
         */
        post: operations["importTemplates"];
        /** Cancel the import that runs; it then changed nothing */
        delete: operations["cancelTemplateImport"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/media/{media_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                media_id: string;
            };
            cookie?: never;
        };
        /**
         * A file that a person sent
         * @description Answers with the file, in parts if asked for (`Range`). Pictures, audio and video come to be shown, everything else to be
         *     downloaded. While the file is being fetched from the provider the answer is 409, when it could not be had 410.
         */
        get: operations["getMedia"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List message templates */
        get: operations["listTemplates"];
        put?: never;
        /** Record a template */
        post: operations["createTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/templates/{template_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: components["parameters"]["TemplateID"];
            };
            cookie?: never;
        };
        /** One template */
        get: operations["getTemplate"];
        put?: never;
        post?: never;
        /** Delete a template */
        delete: operations["deleteTemplate"];
        options?: never;
        head?: never;
        /** Change a template */
        patch: operations["updateTemplate"];
        trace?: never;
    };
    "/simulator/phones": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The simulated phones that got or sent messages, latest first */
        get: operations["listPhones"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulator/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The messages on simulated phones, oldest first
         * @description This is the recipient's screen, so it shows the true text, secrets included.
         */
        get: operations["listPhoneMessages"];
        put?: never;
        post?: never;
        /** Forget all messages on simulated phones */
        delete: operations["clearPhones"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulator/messages/{message_id}/delivered": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["PhoneMessageID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the phone report the message as delivered */
        post: operations["markDelivered"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulator/messages/{message_id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["PhoneMessageID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the phone report the message as read */
        post: operations["markRead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulator/messages/{message_id}/failed": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["PhoneMessageID"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the provider report the message as failed */
        post: operations["markFailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulator/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer from a simulated phone */
        post: operations["replyFromPhone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulator/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a file from a simulated phone
         * @description The body is the file itself, in any form that people can send on channels of that type (`attachments` of the channel
         *     type). It is kept as a file that a provider hands over: encrypted, up to the size that is kept of its type, and only
         *     if it is what it is sent as.
         */
        post: operations["sendFileFromPhone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulator/messages/{message_id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["PhoneMessageID"];
            };
            cookie?: never;
        };
        /** The file of a message that was sent from a simulated phone */
        get: operations["getPhoneFile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/simulator/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How simulated phones answer by themselves */
        get: operations["getPhoneRules"];
        /** Replace the rules */
        put: operations["putPhoneRules"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, live (server-sent events)
         * @description Events of the workspace, each with an `id`, an `event` name and one JSON object as `data`:
         *
         *     - `run` `{"id", "flow_id", "status", "node", "visit", "seq"}`: a run changed;
         *     - `phone` `{"message_id", "recipient", "channel_type", "run_id"}`: a simulated phone changed
         *       (editors and above only);
         *     - `channel` `{"id", "status"}`: a channel's status changed;
         *     - `resync` `{}`: some events were missed; read again what is on screen.
         *
         *     A comment comes every 15 s to keep the connection open. A client that reconnects with
         *     `Last-Event-ID` gets `resync` first, because what happened meanwhile is not kept.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, and what this server needs first */
        get: operations["getSession"];
        put?: never;
        /**
         * Sign in with e-mail and password
         * @description Sets the session cookie. A wrong password and an unknown e-mail get the same 401. Too many
         *     attempts get 429 with `Retry-After`.
         */
        post: operations["signIn"];
        /** Sign out */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/demo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in to the demo workspace from this machine
         * @description Only on a server that runs with `--demo`, and only for requests from the same machine.
         */
        post: operations["signInDemo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create the first owner with the one-time link's token */
        post: operations["setUp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change one's own password
         * @description Ends every other session of this person; the one that asked goes on with a new cookie.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the workspace
         * @description What is left out stays. Runs keep the time zone that they began with.
         */
        patch: operations["updateWorkspace"];
        trace?: never;
    };
    "/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List API keys, without the keys themselves */
        get: operations["listAPIKeys"];
        put?: never;
        /**
         * Create an API key
         * @description The key is in this answer and nowhere else.
         */
        post: operations["createAPIKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an API key at once */
        delete: operations["deleteAPIKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process is alive */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process can take work */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics in Prometheus' text format */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/hooks/{hook_key}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hook_key: string;
            };
            cookie?: never;
        };
        /** A provider checks that the callback address is ours */
        get: operations["verifyHook"];
        put?: never;
        /**
         * A provider reports receipts and inbound messages
         * @description Up to 1 MiB. The provider's signature is checked on the raw bytes; the answer comes after
         *     what was reported is stored.
         */
        post: operations["receiveHook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Problem: {
            /**
             * @description `/problems/` and the code
             * @example /problems/not_found
             */
            type: string;
            title: string;
            status: number;
            detail?: string;
            /** @description Stable; programs compare this */
            code: string;
            /** @description What to do about it */
            hint?: string;
            errors?: components["schemas"]["FieldProblem"][];
            /** @description With a refused publication, import or draft */
            diagnostics?: components["schemas"]["Diagnostic"][];
            /** @description With `channel_in_use`: flows whose published version uses the channel, by name; at most fifty */
            flows?: components["schemas"]["FlowUse"][];
            /** @description With 412, the ETag of the draft as it is now */
            etag?: string;
            draft?: components["schemas"]["FlowDefinition"];
            /** @description Seconds, as in Retry-After */
            retry_after?: number;
        };
        FlowUse: {
            id: string;
            name: string;
        };
        FieldProblem: {
            /** @description The field's name, such as `customerPhoneNumber` */
            field: string;
            /** @description JSON pointer into the body, such as `/inputs/customerPhoneNumber` */
            pointer: string;
            code: string;
            message: string;
            hint?: string;
        };
        Diagnostic: {
            /** @enum {string} */
            severity: "error" | "warning" | "info";
            code: string;
            /** @description The id of the node it is about; empty for the flow itself */
            node: string;
            /** @description JSON pointer into the definition */
            pointer: string;
            message: string;
            hint: string;
        };
        /** @description The worst case over all paths */
        Bound: {
            steps: number;
            messages: number;
            /** @description Such as `1m30s`, or `unbounded` */
            duration: string;
            unbounded?: boolean;
            /** @description Why it is unbounded */
            reason?: string;
            /** @description The true worst case may be smaller */
            at_most?: boolean;
            /** @description A way that takes as long as the bound says, visit by visit. Absent when `at_most` is true. */
            path?: components["schemas"]["BoundStep"][];
        };
        BoundStep: {
            /** @description The id of the node */
            node: string;
            /** @description The port whose edge leads on; empty where the way ends, and for a jump */
            port: string;
        };
        Validation: {
            diagnostics: components["schemas"]["Diagnostic"][];
            /** @description Null while the flow has errors */
            bound: components["schemas"]["Bound"] | null;
        };
        DraftState: {
            etag: string;
            /** Format: date-time */
            updated_at: string;
            /** @description The name of who saved it last */
            updated_by?: string;
            /** @description The draft differs from the published version */
            draft_changed: boolean;
            diagnostics: components["schemas"]["Diagnostic"][];
            /** @description Null while the draft has errors */
            bound: components["schemas"]["Bound"] | null;
        };
        /**
         * @description A flow definition, `{"schema": "sluice/v1", "name", "nodes", "edges", …}`. Its own JSON Schema
         *     is published with Sluice as flows/flow.schema.json.
         */
        FlowDefinition: {
            [key: string]: unknown;
        };
        PreviewRequest: {
            definition: components["schemas"]["FlowDefinition"];
            sample?: components["schemas"]["PreviewSample"];
            texts: components["schemas"]["PreviewText"][];
        };
        /** @description Values as a run would hold them */
        PreviewSample: {
            /** @description Inputs and set variables by name */
            variables?: {
                [key: string]: unknown;
            };
            /** @description Outputs by node id and name */
            steps?: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            contact?: {
                [key: string]: unknown;
            };
            trigger?: {
                [key: string]: unknown;
            };
            run_id?: string;
            /** Format: date-time */
            started_at?: string;
        };
        PreviewText: {
            /** @enum {string} */
            kind: "template" | "expression";
            text: string;
        };
        PreviewResult: {
            results: components["schemas"]["PreviewedText"][];
        };
        PreviewedText: {
            /** @description What a person would read, secrets masked; empty when there is an error */
            text: string;
            /** @description The value with its type; absent when it is masked or nothing */
            value?: unknown;
            /** @description Whether the text reads a secret */
            masked: boolean;
            error?: components["schemas"]["PreviewError"];
        };
        PreviewError: {
            /** @description Where in the text, in UTF-16 code units */
            offset: number;
            message: string;
            hint: string;
        };
        TryRequest: {
            definition: components["schemas"]["FlowDefinition"];
            /** @description The inputs that the flow's Start declares, by name */
            inputs?: {
                [key: string]: unknown;
            };
            /** @description Entries as in a scenario's `world`; they hold where no act says otherwise */
            world?: unknown[];
            /** @description What the person did, in any order */
            acts?: components["schemas"]["TryAct"][];
            /**
             * @description Messages get no receipts by themselves; else they are delivered after 1 s and read after
             *     2 s, as in scenarios
             */
            by_hand?: boolean;
            /**
             * Format: int64
             * @description How much virtual time has passed, in milliseconds since the run's start; 0 when left out
             */
            until_ms?: number;
        };
        TryAct: {
            /** @description The visit whose message or wait it is about */
            visit: number;
            /**
             * Format: int64
             * @description When, in milliseconds since the run's start
             */
            at_ms: number;
            /**
             * @description `delivered`, `read` and `failed` report on the message; `refused` is the provider's answer to
             *     the send call; `timeout` keeps anything more from coming by itself, so that a deadline passes
             * @enum {string}
             */
            kind: "delivered" | "read" | "failed" | "reply" | "refused" | "timeout";
            /** @description The provider's code of a failure or refusal */
            code?: string;
            /**
             * @description Of a refusal; `permanent` when left out
             * @enum {string}
             */
            class?: "retryable" | "permanent" | "auth" | "unknown";
            /** @description What a `reply` says */
            text?: string;
            /**
             * @description What a `reply` is; `text` when left out
             * @enum {string}
             */
            type?: "text" | "image" | "video" | "audio" | "document";
            /** @description The name of the file of a `reply` */
            filename?: string;
        };
        TryState: {
            status: components["schemas"]["RunStatus"];
            outcome: string;
            error: components["schemas"]["RunError"] | null;
            /** @description The id of the node that it is in or ended at */
            node: string;
            visit: number;
            /**
             * Format: date-time
             * @description The virtual moment at which every try begins
             */
            started_at: string;
            /**
             * Format: int64
             * @description From the start to the last thing that happened to the run
             */
            elapsed_ms: number;
            /**
             * Format: int64
             * @description When it ended
             */
            ended_ms: number | null;
            /**
             * Format: int64
             * @description When the next thing happens by itself; null when nothing will
             */
            next_ms: number | null;
            /** @description What it waits for; null when it does not wait */
            wait: components["schemas"]["TryWait"] | null;
            /** @description The variables as they are now, secrets masked */
            variables: {
                [key: string]: unknown;
            };
            steps: components["schemas"]["RunStep"][];
            /** @description What was sent, secrets masked */
            messages: components["schemas"]["Message"][];
            /** @description What the recipient sees, oldest first, secrets included */
            phone: components["schemas"]["PhoneMessage"][];
            /** @description The indexes of acts about visits that this run has not made */
            stray: number[];
        };
        TryWait: {
            /** Format: int64 */
            since_ms: number;
            /**
             * Format: int64
             * @description The next deadline; null when there is none
             */
            due_ms: number | null;
            /** @description The exits that time leads to from here, the earliest first */
            deadlines: components["schemas"]["TryDeadline"][];
        };
        TryDeadline: {
            port: string;
            /** Format: int64 */
            at_ms: number;
        };
        RecordedScenario: {
            /** @description A scenario with its inputs, its world and all that it can expect */
            scenario: {
                [key: string]: unknown;
            };
            /** @description The run that the scenario describes goes on after what was tried, because that run still waits */
            differs: boolean;
        };
        TestRequest: {
            definition: components["schemas"]["FlowDefinition"];
        };
        TestReport: {
            passed: number;
            failed: number;
            /** @description In the order of the definition */
            scenarios: components["schemas"]["ScenarioReport"][];
            coverage: components["schemas"]["TestCoverage"];
        };
        ScenarioReport: {
            index: number;
            name: string;
            passed: boolean;
            /** @description Why it could not run; empty when it did */
            problems: components["schemas"]["ScenarioProblem"][];
            /** @description What did not happen as expected */
            mismatches: components["schemas"]["ScenarioMismatch"][];
            /** @description The node of every visit */
            path: string[];
            /** @description The exits that it took */
            ports: components["schemas"]["ScenarioPort"][];
            status: string;
            outcome: string;
            /** @description The virtual time that the run took */
            elapsed: string;
            /** @description Its `expect` with each key that it gives brought to what happened; null when it could not run */
            accepted: {
                [key: string]: unknown;
            } | null;
        };
        ScenarioProblem: {
            /** @description JSON pointer into the scenario */
            pointer: string;
            message: string;
            hint?: string;
        };
        ScenarioMismatch: {
            /** @description Such as `path` or `messages[1].to` */
            key: string;
            expected: string;
            actual: string;
        };
        ScenarioPort: {
            node: string;
            port: string;
        };
        TestCoverage: {
            /** @description How many exits at least one scenario takes */
            taken: number;
            total: number;
            ports: components["schemas"]["CoveredPort"][];
        };
        CoveredPort: {
            node: string;
            port: string;
            /** @description How many scenarios take it */
            runs: number;
        };
        NewFlow: {
            name: string;
            definition?: components["schemas"]["FlowDefinition"];
        };
        FlowPatch: {
            name: string;
        };
        FlowTrigger: {
            /** @description Such as `manual` */
            type: string;
        };
        RunCounts: {
            total: number;
            /** @description Runs started in each of the last 24 hours, oldest first */
            buckets: number[];
        };
        Reach: {
            /** @description Of the ended runs, those with a message that was delivered or read */
            reached: number;
            /** @description Runs started in the last 24 hours that have ended */
            ended: number;
        };
        Flow: {
            id: string;
            name: string;
            description: string;
            trigger: components["schemas"]["FlowTrigger"];
            /** @description The channel types that the draft sends through, each once */
            channel_types: string[];
            published_version: number | null;
            /** Format: date-time */
            published_at: string | null;
            /** @description The draft differs from the published version */
            draft_changed: boolean;
            draft_etag: string;
            runs_24h: components["schemas"]["RunCounts"];
            reach_24h: components["schemas"]["Reach"];
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        FlowList: {
            items: components["schemas"]["Flow"][];
            next_cursor: string | null;
        };
        ImportedFlow: {
            id: string;
            name: string;
            diagnostics: components["schemas"]["Diagnostic"][];
            bound: components["schemas"]["Bound"] | null;
            report?: components["schemas"]["ImportReport"];
        };
        /** @description What became of a flow of another tool */
        ImportReport: {
            /** @enum {string} */
            format: "twilio-studio";
            /** @description Steps kept as nodes, replaced by placeholders that block publishing, and lost */
            states: {
                total: number;
                kept: number;
                replaced: number;
                lost: number;
            };
            /** @description What was done with each construct; the pointers lead into the file */
            findings: components["schemas"]["Diagnostic"][];
        };
        Publication: {
            /** @description What changed */
            message?: string;
        };
        Version: {
            number: number;
            message: string;
            /** @description The name of who published it */
            author: string;
            /** Format: date-time */
            created_at: string;
            /** @description New runs execute this version */
            published: boolean;
        };
        Published: {
            number: number;
            message: string;
            author: string;
            /** Format: date-time */
            created_at: string;
            published: boolean;
            /** @description Warnings and notes; a flow with errors is not published */
            diagnostics: components["schemas"]["Diagnostic"][];
            bound: components["schemas"]["Bound"];
        };
        VersionDetail: {
            number: number;
            message: string;
            author: string;
            /** Format: date-time */
            created_at: string;
            published: boolean;
            definition: components["schemas"]["FlowDefinition"];
        };
        VersionList: {
            items: components["schemas"]["Version"][];
            next_cursor: string | null;
        };
        /** @enum {string} */
        RunStatus: "waiting" | "completed" | "failed" | "cancelled";
        RunError: {
            code: string;
            message: string;
            node?: string;
            hint?: string;
        };
        NewRun: {
            /** @description The inputs that the flow's Start declares, by name */
            inputs?: {
                [key: string]: unknown;
            };
            /** @description Attributes of the recipient, read by expressions as `contact` */
            contact?: {
                [key: string]: unknown;
            };
        };
        Cancellation: {
            reason?: string;
        };
        RunSummary: {
            id: string;
            flow_id: string;
            flow_name: string;
            flow_version: number;
            status: components["schemas"]["RunStatus"];
            /** @description How it ended; empty while it waits */
            outcome: string;
            error: components["schemas"]["RunError"] | null;
            /** @description The id of the node that the run is in or ended at */
            node: string;
            visit: number;
            /** @description What started it, such as `api` or `manual` */
            trigger: string;
            /** @description Masked, such as `+63917•••4567`; empty when the flow has no phone input */
            recipient: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            ended_at: string | null;
            /**
             * Format: date-time
             * @description When its deadline passes
             */
            due_at: string | null;
            /**
             * Format: date-time
             * @description When the message goes out whose time it waits for; null when it waits for none
             */
            sends_at: string | null;
        };
        RunList: {
            items: components["schemas"]["RunSummary"][];
            next_cursor: string | null;
        };
        Run: {
            id: string;
            flow_id: string;
            flow_name: string;
            flow_version: number;
            status: components["schemas"]["RunStatus"];
            outcome: string;
            error: components["schemas"]["RunError"] | null;
            node: string;
            visit: number;
            trigger: string;
            recipient: string;
            /** Format: date-time */
            started_at: string;
            /** Format: date-time */
            updated_at: string;
            /** Format: date-time */
            ended_at: string | null;
            /** Format: date-time */
            due_at: string | null;
            /**
             * Format: date-time
             * @description When the message goes out whose time it waits for; null when it waits for none
             */
            sends_at: string | null;
            /** @description What the run began with, by name; secret ones are masked */
            inputs: {
                [key: string]: unknown;
            };
            /** @description Inputs and set variables by name; secret ones are masked */
            variables: {
                [key: string]: unknown;
            };
            steps: components["schemas"]["RunStep"][];
            messages: components["schemas"]["Message"][];
        };
        FlowStats: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description The version that was asked for */
            version: number | null;
            /** @description The versions whose runs began in the period, newest first */
            versions: number[];
            /** @description Runs that began */
            started: number;
            /** @description Runs with a message that was delivered or read */
            reached: number;
            completed: number;
            failed: number;
            cancelled: number;
            nodes: components["schemas"]["NodeStats"][];
            /** @description Where runs ended and how, the most frequent first */
            ends: components["schemas"]["EndStats"][];
            channels: components["schemas"]["ChannelStats"][];
            /** @description The width of the stretches of series */
            bucket_seconds: number;
            series: components["schemas"]["StatsPoint"][];
        };
        NodeStats: {
            /** @description The node's id */
            node: string;
            /** @description How often a run came in */
            entered: number;
            /** @description How many runs ended here */
            ended: number;
            ports: components["schemas"]["PortStats"][];
        };
        PortStats: {
            /** @description The port's name; "jump" for a jump that was done */
            port: string;
            count: number;
        };
        EndStats: {
            /** @description The node's id; empty when the run ended before the first */
            node: string;
            outcome: string;
            status: components["schemas"]["RunStatus"];
            count: number;
        };
        ChannelStats: {
            /** @description The id of the node that sent */
            node: string;
            /** @description The channel's slug */
            channel: string;
            channel_type: string;
            /** @description All messages */
            queued: number;
            sent: number;
            delivered: number;
            read: number;
            failed: number;
        };
        StatsPoint: {
            /**
             * Format: date-time
             * @description When the stretch begins
             */
            at: string;
            started: number;
            reached: number;
            completed: number;
            failed: number;
            cancelled: number;
        };
        /** @description One visit of the run to a node */
        RunStep: {
            visit: number;
            /** @description The node's id */
            node: string;
            /** @description The node's type */
            type: string;
            /** @description The node's name in the version that this run executes */
            name: string;
            /** Format: date-time */
            entered_at: string;
            /** Format: date-time */
            left_at: string | null;
            /** @description The kind of event that made it leave: send_result, receipt, reply, timer, cancel. Empty while it is there, and when it left at once */
            left_by: string;
            /**
             * Format: date-time
             * @description The deadline it waits or waited for last
             */
            due_at: string | null;
            /** @description The port it left by; empty while it is there */
            port: string;
            /** @description The port whose line was taken when `port` has none of its own */
            via: string;
            /** @description The id of the next node; empty when the run ended here */
            to: string;
            /** @description Variables that were set here, secrets masked */
            values: {
                [key: string]: unknown;
            };
            /** @description What expressions read as `steps.<node>.<name>`, secrets masked */
            outputs: {
                [key: string]: unknown;
            };
            /** @description The message's statuses as the run took them in */
            statuses: components["schemas"]["StepStatus"][];
            /** @description Events that came and changed nothing */
            ignored: components["schemas"]["IgnoredEvent"][];
        };
        StepStatus: {
            /** Format: date-time */
            at: string;
            status: string;
            code?: string;
            reason?: string;
        };
        IgnoredEvent: {
            /** Format: date-time */
            at: string;
            status?: string;
            reason: string;
        };
        Message: {
            id: string;
            visit: number;
            /**
             * @description Why a message from a person belongs to this run; empty for messages to people. `quoted` answered the question
             *     that it quotes or whose button was tapped, `address` the newest question to its address. The others answered
             *     nothing: `late` quotes what does not wait for an answer, `older` was sent before the question, `notice` is a
             *     reaction, a deletion, or what cannot be read, `empty` has nothing in it, and nobody waited for `none`
             * @enum {string}
             */
            matched: "" | "quoted" | "address" | "late" | "older" | "notice" | "empty" | "none";
            node: string;
            /** @enum {string} */
            direction: "outbound" | "inbound";
            /** @description The files that the person sent */
            media: components["schemas"]["MessageMedia"][];
            /** @description The channel's slug */
            channel: string;
            channel_type: string;
            to: string;
            from: string;
            /**
             * @description The text to preview, secrets masked. That of a template is made of what the workspace's list of templates says
             *     now; it is empty when the template is not there any more.
             */
            text: string;
            template: components["schemas"]["MessageTemplate"] | null;
            /** @description The whole message in the form that flows use, secrets masked */
            content: {
                [key: string]: unknown;
            };
            /**
             * @description `scheduled` waits for `send_at`, here or at the provider; `cancelled` was taken back before it because the run
             *     was cancelled.
             * @enum {string}
             */
            status: "queued" | "scheduled" | "sent" | "delivered" | "read" | "failed" | "cancelled" | "received";
            /** @description The provider's code when it failed */
            code: string;
            reason: string;
            provider_message_id: string;
            /** Format: date-time */
            queued_at: string;
            /**
             * Format: date-time
             * @description When it is to go out; null for at once
             */
            send_at: string | null;
            /** Format: date-time */
            sent_at: string | null;
            /** Format: date-time */
            delivered_at: string | null;
            /** Format: date-time */
            read_at: string | null;
            /** Format: date-time */
            failed_at: string | null;
        };
        /** @description A file that a person sent */
        MessageMedia: {
            id: string;
            /** @enum {string} */
            type: "image" | "video" | "audio" | "document";
            /** @description Its MIME type, once it is here */
            content_type: string;
            filename: string;
            /**
             * Format: int64
             * @description In bytes, once it is here
             */
            size: number;
            /**
             * @description `waiting`: it is being fetched; `stored`: it can be had; `failed`: it could not be fetched
             * @enum {string}
             */
            status: "waiting" | "stored" | "failed";
            /** @description Why it could not be fetched */
            reason: string;
        };
        /** @description The template that a message uses */
        MessageTemplate: {
            slug: string;
            /** @description Its name in the workspace's list of templates; the slug when it is not there */
            name: string;
            language: string;
            parameters: string[];
        };
        /** @enum {string} */
        ChannelStatus: "unbound" | "bound" | "suspended";
        Channel: {
            id: string;
            /** @description The name by which flows refer to it */
            slug: string;
            name: string;
            remarks: string;
            /** @description The channel type, such as `sms` */
            type: string;
            /** @description The provider kind, such as `twilio`; empty until one is chosen */
            kind: string;
            status: components["schemas"]["ChannelStatus"];
            /** @description Why it is suspended or why binding failed last */
            status_reason: string;
            pause?: components["schemas"]["ChannelPause"];
            /** @description Empty for the provider's own */
            base_url: string;
            settings: {
                [key: string]: string;
            };
            /** @description Names of the credentials that are stored; their values never leave the server */
            credentials_set: string[];
            /** @description The callback address to give to the provider; providers from outside need a public URL of this server */
            hook_url: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        ChannelHealth: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description How long each point of the series is */
            bucket_seconds: number;
            sent: number;
            delivered: number;
            read: number;
            failed: number;
            latency?: components["schemas"]["ChannelLatency"];
            series: components["schemas"]["ChannelHealthPoint"][];
            /** @description What messages failed with, most frequent first */
            failures: components["schemas"]["ChannelFailureCount"][];
            /** @description The last messages that failed, newest first; at most ten */
            errors: components["schemas"]["ChannelFailure"][];
        };
        ChannelFailureCount: {
            code: string;
            count: number;
        };
        ChannelFailure: {
            /** Format: date-time */
            at: string;
            code: string;
            reason: string;
            run_id: string;
        };
        ChannelHealthPoint: {
            /** Format: date-time */
            at: string;
            sent: number;
            delivered: number;
            read: number;
            failed: number;
            latency?: components["schemas"]["ChannelLatency"];
        };
        /** @description From the send to the delivery; absent when nothing was delivered */
        ChannelLatency: {
            /** Format: double */
            p50_seconds: number;
            /** Format: double */
            p95_seconds: number;
        };
        /**
         * @description Present while the channel rests because its provider failed every call. Messages wait meanwhile, and one of them
         *     tries whether the provider works again. It is what the server that answers has seen.
         */
        ChannelPause: {
            /** Format: date-time */
            since: string;
            /**
             * Format: date-time
             * @description When it is tried again
             */
            until: string;
            /** @description How the last call failed */
            code: string;
            reason: string;
        };
        /** @enum {string} */
        WebhookVerdict: "accepted" | "refused";
        WebhookList: {
            items: components["schemas"]["Webhook"][];
            next_cursor: string | null;
        };
        Webhook: {
            id: string;
            /** Format: date-time */
            at: string;
            verdict: components["schemas"]["WebhookVerdict"];
            /** @description Why it was refused; else empty */
            reason: string;
            /** @description It was refused because nothing proves that the provider sent it */
            unverified: boolean;
            /** @description How many others were refused since the refusal before that is in the list */
            more: number;
            method: string;
            /** @description Of the whole body in bytes */
            size: number;
            /** @description What was read from it, at most 20 */
            findings: components["schemas"]["WebhookFinding"][];
            findings_total: number;
            content?: components["schemas"]["WebhookContent"];
        };
        WebhookFinding: {
            /** @enum {string} */
            kind: "receipt" | "message";
            /** @description That of a receipt; else empty */
            status: string;
            /** @description The run that it met; empty when there is none */
            run_id: string;
        };
        /** @description What was posted; only where one webhook is asked for */
        WebhookContent: {
            /** @description That of the address, without what proves who sent it */
            query: string;
            headers: {
                [key: string]: string;
            };
            body: string;
            /** @enum {string} */
            encoding: "text" | "base64";
            /** @description Only the beginning of the body was kept */
            cut: boolean;
        };
        ChannelList: {
            items: components["schemas"]["Channel"][];
            next_cursor: string | null;
        };
        /** @description The provider, credentials and the rest can come later, at the latest when the channel is bound. What is given is checked. */
        NewChannel: {
            /** @description Made from the name when left out */
            slug?: string;
            name: string;
            remarks?: string;
            type: string;
            /** @description The provider; left out it is chosen later */
            kind?: string;
            base_url?: string;
            credentials?: {
                [key: string]: string;
            };
            settings?: {
                [key: string]: string;
            };
        };
        ChannelPatch: {
            name?: string;
            remarks?: string;
            /** @description The provider, of a channel that has none yet */
            kind?: string;
            base_url?: string;
            /**
             * @description Only those given change; an empty text removes one. With a new `base_url`, or a setting that names a host, all
             *     secret credentials have to be given again.
             */
            credentials?: {
                [key: string]: string;
            };
            /** @description Only those given change; an empty text removes one */
            settings?: {
                [key: string]: string;
            };
        };
        ChannelBinding: {
            /** @description The provider, of a channel that has none yet */
            kind?: string;
            base_url?: string;
            /**
             * @description Only those given change; an empty text removes one. With a new `base_url`, or a setting that names a host, all
             *     secret credentials have to be given again.
             */
            credentials?: {
                [key: string]: string;
            };
            /** @description Only those given change; an empty text removes one */
            settings?: {
                [key: string]: string;
            };
        };
        ChannelTest: {
            to: string;
            /** @description A fixed sentence when left out */
            text?: string;
        };
        ChannelTestResult: {
            message_id: string;
            provider_message_id: string;
        };
        ProviderChoice: {
            value: string;
            title: string;
        };
        ProviderCondition: {
            /** @description The name of a setting with choices */
            setting: string;
            values: string[];
        };
        ProviderField: {
            name: string;
            title: string;
            help: string;
            secret: boolean;
            required: boolean;
            /** @description A regular expression that the whole value must match */
            pattern?: string;
            example?: string;
            /** @description Asks for a text area */
            multiline: boolean;
            /** @description Its values leave room for another field beside it */
            short: boolean;
            /** @description The possible values; empty when any text is */
            choices: components["schemas"]["ProviderChoice"][];
            /** @description What an empty value means */
            default?: string;
            when?: components["schemas"]["ProviderCondition"];
            /** @description The channel types that the field is for; empty: all */
            types: string[];
        };
        /** @description A part of the form that sets a channel up */
        ProviderSection: {
            name: string;
            title: string;
            help: string;
            /** @description Credentials and settings by name in the order in which people fill them in; `base_url` is the address */
            fields: string[];
            /** @description It begins closed, because most channels do without it */
            folded: boolean;
            /**
             * @description What of `POST /providers/{provider_name}/preview` is shown at its end
             * @enum {string}
             */
            trial: "none" | "request" | "callback";
        };
        Provider: {
            /** @description The kind */
            name: string;
            title: string;
            help: string;
            channel_types: string[];
            credentials: components["schemas"]["ProviderField"][];
            settings: components["schemas"]["ProviderField"][];
            /** @description How the form is laid out; each field is in one of them */
            sections: components["schemas"]["ProviderSection"][];
            /** @description Which receipts come, by channel type */
            receipts: {
                [key: string]: {
                    delivered: boolean;
                    read: boolean;
                };
            };
            /** @description Which message forms each channel type takes */
            forms: {
                [key: string]: string[];
            };
            /** @description The channel types whose templates the provider lists */
            imports_templates: string[];
            /** @description The channel types on which the provider is not told a message's category */
            ignores_category: string[];
            default_base_url: string;
            address?: components["schemas"]["ProviderField"];
            /** @description Where the vendor is told the callback address; empty when it needs not be */
            hook_help: string;
            /** @description Whether its requests can be looked at before they are made */
            previewable: boolean;
        };
        ProviderPreviewRequest: {
            /** @description The channel type */
            type: string;
            base_url?: string;
            settings: {
                [key: string]: string;
            };
            /** @description The recipient of the sample; empty: one that fits the type */
            to?: string;
            /** @description The text of the sample; empty: one with characters that need escaping */
            text?: string;
            /** @description The body of a callback to read; empty: none */
            callback?: string;
            /** @description Its Content-Type; empty: JSON where it is JSON, else a form */
            callback_type?: string;
        };
        ProviderPreview: {
            /** @description Why no request can be made of the settings; null when one can */
            problem: components["schemas"]["PreviewProblem"] | null;
            request: components["schemas"]["PreviewedRequest"] | null;
            /** @description What the callback says; null when there is none */
            callback: components["schemas"]["PreviewedCallback"] | null;
        };
        PreviewProblem: {
            /** @description `settings.body`, `base_url`, ... */
            field: string;
            message: string;
        };
        PreviewedRequest: {
            method: string;
            url: string;
            headers: components["schemas"]["PreviewedHeader"][];
            body: string;
        };
        PreviewedHeader: {
            name: string;
            /** @description Masked where a credential would stand */
            value: string;
        };
        PreviewedCallback: {
            /** @enum {string} */
            kind: "receipt" | "message" | "nothing";
            /** @description Why nothing can be read of it; empty when something can */
            problem: string;
            message_id: string;
            /** @description Of a receipt: sent, delivered, read, failed, or unknown for a word that no setting lists */
            status: string;
            /** @description The service's own word for the status */
            raw: string;
            code: string;
            from: string;
            text: string;
        };
        ChannelType: {
            /** @description The name in flows */
            name: string;
            title: string;
            /**
             * @description How people are addressed; `none`: the channel itself stands for who gets the message
             * @enum {string}
             */
            address: "phone" | "email" | "id" | "none";
            /** @description The message forms there are, the usual one first */
            forms: string[];
            /** @description Whether it can be known that a message was delivered */
            delivered: boolean;
            /** @description Whether it can be known that a message was read */
            read: boolean;
            /** @description The most characters that a text can have */
            text_length: number;
            /** @description How long after a person's last message anything but templates may be sent, such as `1d`; empty: always */
            window: string;
            /** @description Whether people can answer */
            replies: boolean;
            /** @description What people can send besides text; a `location` arrives as text: its latitude, its longitude and its name */
            attachments: ("image" | "video" | "audio" | "document" | "location")[];
        };
        ChannelTypeList: {
            channel_types: components["schemas"]["ChannelType"][];
        };
        ProviderList: {
            providers: components["schemas"]["Provider"][];
        };
        /** @enum {string} */
        TemplateStatus: "draft" | "pending" | "approved" | "rejected" | "paused" | "disabled";
        Template: {
            id: string;
            /** @description The name by which flows refer to it */
            slug: string;
            name: string;
            language: string;
            category: string;
            channel_type: string;
            /** @description With `{{1}}`, `{{2}}` … where parameters go */
            text: string;
            header: components["schemas"]["TemplateHeader"] | null;
            footer: string;
            buttons: components["schemas"]["TemplateButton"][];
            /** @description How many parameters a message gives */
            parameters: number;
            /** @description What is known of each parameter; empty for a template that was not imported */
            parameter_list: components["schemas"]["TemplateParameter"][];
            status: components["schemas"]["TemplateStatus"];
            /** @description Why the provider did not approve it */
            status_reason: string;
            /**
             * @description What the provider says people think of it
             * @enum {string}
             */
            quality: "" | "high" | "medium" | "low";
            /** @description What a send names it by, such as Twilio's `HX…` */
            provider_ref: string;
            source: components["schemas"]["TemplateSource"] | null;
            /**
             * Format: date-time
             * @description When an import last found it
             */
            seen_at: string | null;
            /**
             * Format: date-time
             * @description When an import first did not find it any more
             */
            gone_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description What stands above the text */
        TemplateHeader: {
            /** @enum {string} */
            format: "text" | "image" | "video" | "document";
            text: string;
            /** @description The file's address, or the parameter that gives it, such as `{{3}}` */
            url: string;
        };
        TemplateButton: {
            /** @enum {string} */
            type: "reply" | "url" | "phone" | "copy_code" | "other";
            text: string;
            url: string;
            phone: string;
            code: string;
        };
        TemplateParameter: {
            /** @description What the provider calls it */
            name: string;
            /** @enum {string} */
            kind: "text" | "media" | "link" | "code";
            example: string;
        };
        /** @description Where the template was imported from */
        TemplateSource: {
            /** @description The provider */
            kind: string;
            channel_id: string;
            vendor_id: string;
            vendor_name: string;
        };
        TemplateImport: {
            /** @enum {string} */
            state: "never" | "running" | "done" | "failed" | "cancelled";
            /** @description How many templates the provider has listed so far */
            listed: number;
            /** @description How many there are; 0 when the provider does not say */
            total: number;
            /** Format: date-time */
            started_at: string | null;
            /** Format: date-time */
            ended_at: string | null;
            items: components["schemas"]["TemplateImportItem"][];
            counts: components["schemas"]["TemplateImportCounts"];
            failure: components["schemas"]["TemplateImportFailure"] | null;
        };
        TemplateImportItem: {
            /** @enum {string} */
            outcome: "added" | "updated" | "unchanged" | "gone" | "skipped";
            /** @description Empty when it was skipped */
            template_id: string;
            slug: string;
            name: string;
            language: string;
            status: string;
            /** @description What an update changed */
            changes: ("name" | "text" | "header" | "footer" | "buttons" | "parameters" | "category" | "status" | "quality" | "source")[];
            /** @description Why it was skipped, or why flows call it otherwise */
            reason: string;
        };
        TemplateImportCounts: {
            added: number;
            updated: number;
            unchanged: number;
            gone: number;
            skipped: number;
        };
        TemplateImportFailure: {
            code: string;
            message: string;
            hint: string;
        };
        TemplateList: {
            items: components["schemas"]["Template"][];
            next_cursor: string | null;
        };
        NewTemplate: {
            /** @description Made from the name when left out */
            slug?: string;
            name: string;
            language: string;
            category?: string;
            channel_type: string;
            text: string;
            status?: components["schemas"]["TemplateStatus"];
            provider_ref?: string;
        };
        TemplatePatch: {
            name?: string;
            category?: string;
            text?: string;
            status?: components["schemas"]["TemplateStatus"];
            provider_ref?: string;
        };
        Phone: {
            recipient: string;
            channel_types: string[];
            messages: number;
            last_text: string;
            /** Format: date-time */
            last_at: string;
        };
        PhoneList: {
            items: components["schemas"]["Phone"][];
        };
        PhoneMessage: {
            id: string;
            recipient: string;
            channel_id: string;
            /** @description The channel's slug */
            channel: string;
            channel_type: string;
            /**
             * @description `outbound` goes to the phone, `inbound` comes from it
             * @enum {string}
             */
            direction: "outbound" | "inbound";
            text: string;
            content: {
                [key: string]: unknown;
            };
            /** @description The file that the person sent, to be had at `/simulator/messages/{message_id}/file` */
            file: components["schemas"]["PhoneFile"] | null;
            /** @enum {string} */
            status: "sent" | "delivered" | "read" | "failed" | "received";
            code: string;
            reason: string;
            run_id: string;
            visit: number;
            /** Format: date-time */
            at: string;
            /** Format: date-time */
            delivered_at: string | null;
            /** Format: date-time */
            read_at: string | null;
            /** Format: date-time */
            failed_at: string | null;
        };
        PhoneFile: {
            /** @enum {string} */
            type: "image" | "video" | "audio" | "document";
            /** @description What the file is */
            content_type: string;
            filename: string;
            /**
             * Format: int64
             * @description In bytes
             */
            size: number;
        };
        PhoneMessageList: {
            items: components["schemas"]["PhoneMessage"][];
        };
        PhoneFailure: {
            code?: string;
            reason?: string;
        };
        PhoneReply: {
            /** @description Empty where the channel itself stands for who writes */
            recipient: string;
            channel_type: string;
            /** @description The slug of the channel to answer to; the one that wrote last when left out */
            channel?: string;
            text: string;
            /**
             * @description The message on the phone that it answers or whose button was tapped. It then goes to the run of that message, by
             *     the message's channel; otherwise to the newest run that waits for the phone
             */
            reply_to?: string;
            /** @description The id of the button or row that was tapped */
            button_id?: string;
        };
        PhoneRule: {
            /** @description A whole number, the beginning of one followed by `*`, or `*` for all */
            recipient: string;
            /** @description All types when left out */
            channel_type?: string;
            /** @description Nothing happens by itself; the person at the phone decides */
            manual?: boolean;
            /** @description A duration, or `never`; 1s when left out */
            delivered_after?: string;
            /** @description A duration, or `never`; 2s when left out */
            read_after?: string;
            fail?: components["schemas"]["PhoneRuleFailure"];
            reply?: components["schemas"]["PhoneRuleReply"];
        };
        PhoneRuleFailure: {
            /**
             * @description The send call is refused or a failed receipt comes
             * @enum {string}
             */
            when: "send" | "receipt";
            /**
             * @description Of a refused send; permanent when left out
             * @enum {string}
             */
            class?: "retryable" | "permanent" | "auth" | "unknown";
            code?: string;
            /** @description Of a receipt */
            after?: string;
        };
        PhoneRuleReply: {
            after?: string;
            text: string;
        };
        PhoneRules: {
            rules: components["schemas"]["PhoneRule"][];
        };
        Gallery: {
            flows: components["schemas"]["GalleryFlow"][];
        };
        GalleryFlow: {
            /** @description What addresses call it, such as `otp-by-country` */
            name: string;
            title: string;
            description: string;
            categories: ("security" | "orders" | "appointments" | "payments" | "marketing" | "service" | "feedback")[];
            channel_types: string[];
            channels: components["schemas"]["GalleryChannel"][];
            templates: components["schemas"]["GalleryTemplate"][];
            nodes: number;
            scenarios: number;
            sketch: components["schemas"]["GallerySketch"];
        };
        GalleryFlowDetail: {
            flow: components["schemas"]["GalleryFlow"];
            definition: {
                [key: string]: unknown;
            };
        };
        GalleryChannel: {
            /** @description The name by which the flow refers to it */
            slug: string;
            channel_type: string;
        };
        /** @description A template that the flow sends, as it could be submitted for approval */
        GalleryTemplate: {
            slug: string;
            name: string;
            channel_type: string;
            language: string;
            category: string;
            text: string;
        };
        /** @description What a small picture of the flow is drawn from */
        GallerySketch: {
            nodes: components["schemas"]["SketchNode"][];
            edges: components["schemas"]["SketchEdge"][];
        };
        SketchNode: {
            id: string;
            type: string;
            /**
             * Format: double
             * @description In canvas pixels
             */
            x: number;
            /** Format: double */
            y: number;
        };
        SketchEdge: {
            from: string;
            to: string;
        };
        NodeTypeList: {
            types: components["schemas"]["NodeType"][];
            functions: components["schemas"]["ExpressionFunction"][];
        };
        /** @description A function that expressions can call */
        ExpressionFunction: {
            name: string;
            /** @description How it is called: `replace(text, from, to)` */
            usage: string;
            help: string;
            /** @description text, time, check, number, conversion, list or object */
            group: string;
        };
        NodeType: {
            type: string;
            title: string;
            help: string;
            /** @description The palette group */
            group: string;
            /** @description A lucide icon's name */
            icon: string;
            hue: string;
            /** @description The card's line; `{path}` stands for a config value */
            summary?: string;
            detail?: string;
            ports: components["schemas"]["NodePort"][];
            /** @description The config list whose items' `port` are ports too */
            ports_from?: string;
            outputs?: components["schemas"]["NodeOutput"][];
            sets?: components["schemas"]["NodeSet"][];
            channel_type?: string;
            /** @description The config field that says the channel type */
            channel_type_from?: string;
            /** @description Its nodes wait for what people write */
            replies?: boolean;
            /**
             * @description Keeps the place of a step of another tool: not offered, shown as disabled, and a flow with
             *     one cannot be published
             */
            placeholder?: boolean;
            entry?: boolean;
            target?: string;
            limit?: string;
            /** @description JSON Schema (2020-12) of the config, with `x-sluice` notes for forms */
            config: {
                [key: string]: unknown;
            };
        };
        NodePort: {
            name: string;
            title: string;
            help?: string;
            icon?: string;
            /** @description An unconnected run ends as failed here */
            failure?: boolean;
            /** @description The duration field of the config that leads here */
            deadline?: string;
            /** @description The port is there only while this list of the config has items */
            with?: string;
            /** @description The port is there only while this list of the config has none */
            without?: string;
            falls_back_to?: string[];
        };
        NodeOutput: {
            name: string;
            type: string;
            help: string;
            example?: string;
        };
        NodeSet: {
            path: string;
            type?: string;
            type_from?: string;
        };
        /** @enum {string} */
        Role: "owner" | "admin" | "editor" | "operator" | "viewer";
        User: {
            id: string;
            name: string;
            email: string;
        };
        Workspace: {
            id: string;
            name: string;
            /** @description The IANA name of the zone in which flows mean times without one; empty is UTC */
            time_zone: string;
        };
        Session: {
            signed_in: boolean;
            /** @description Null for API keys and when nobody is signed in */
            user: components["schemas"]["User"] | null;
            workspace: components["schemas"]["Workspace"] | null;
            role: components["schemas"]["Role"] | null;
            /** @description This request may sign in with POST /session/demo */
            demo: boolean;
            /** @description There is no owner yet; the server's log shows the set-up link */
            setup_required: boolean;
            /** @description The server's version */
            version: string;
        };
        Credentials: {
            email: string;
            password: string;
        };
        SetUp: {
            token: string;
            name: string;
            email: string;
            password: string;
        };
        PasswordChange: {
            current_password: string;
            new_password: string;
        };
        WorkspacePatch: {
            name?: string;
            /** @description An IANA name such as `Asia/Manila`; empty is UTC */
            time_zone?: string;
        };
        APIKey: {
            id: string;
            name: string;
            role: components["schemas"]["Role"];
            /** @description The key's first characters */
            prefix: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at: string | null;
        };
        APIKeyList: {
            items: components["schemas"]["APIKey"][];
        };
        NewAPIKey: {
            name: string;
            role: components["schemas"]["Role"];
        };
        CreatedAPIKey: {
            id: string;
            name: string;
            role: components["schemas"]["Role"];
            prefix: string;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            last_used_at: string | null;
            /** @description The key itself, `slu_…` */
            key: string;
        };
        Health: {
            /** @enum {string} */
            status: "ok";
            /**
             * @description The address of a proxy that hands requests on and is not trusted, so that all who use it count as one
             *     address. Told to this machine only, by `/healthz`.
             */
            untrusted_proxy?: string;
        };
    };
    responses: {
        /** @description What went wrong (RFC 9457) */
        Problem: {
            headers: {
                /** @description Seconds after which it makes sense to try again */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description What this provider expects as the answer */
        HookReply: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "*/*": unknown;
            };
        };
    };
    parameters: {
        FlowID: string;
        RunID: string;
        /** @description Do it although published flows use it */
        Force: boolean;
        ChannelID: string;
        TemplateID: string;
        ProviderName: string;
        GalleryName: string;
        PhoneMessageID: string;
        VersionNumber: number;
        /** @description `next_cursor` of the page before */
        Cursor: string;
        /** @description How many at most */
        Limit: number;
    };
    requestBodies: never;
    headers: {
        /** @description Changes whenever the draft changes */
        ETag: string;
        /** @description The address of what was created */
        Location: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getOpenAPI: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The OpenAPI document */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listNodeTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The node types in palette order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NodeTypeList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listChannelTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel types */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelTypeList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The provider kinds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    previewProvider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider_name: components["parameters"]["ProviderName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderPreviewRequest"];
            };
        };
        responses: {
            /** @description The request and what the callback says */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderPreview"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listGallery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The flows, those that most people begin with first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Gallery"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getGalleryFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                gallery_name: components["parameters"]["GalleryName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The flow; POST its definition to /flows/import to make it one's own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GalleryFlowDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listFlows: {
        parameters: {
            query?: {
                /** @description Text in the name, in any case */
                q?: string;
                /**
                 * @description `published`: has a published version; `draft`: has none yet; `changed`: the draft differs
                 *     from the published version.
                 */
                status?: "published" | "draft" | "changed";
                /** @description A leading `-` turns the order round */
                sort?: "name" | "-name" | "updated" | "-updated" | "created" | "-created";
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of flows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createFlow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewFlow"];
            };
        };
        responses: {
            /** @description The new flow */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    importFlow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowDefinition"];
            };
        };
        responses: {
            /** @description The imported flow */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportedFlow"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    validateFlow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowDefinition"];
            };
        };
        responses: {
            /** @description What is wrong with it, and its worst case */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Validation"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    previewTexts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewRequest"];
            };
        };
        responses: {
            /** @description What each text gave, in the order of the request */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    testFlow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TestRequest"];
            };
        };
        responses: {
            /** @description How each scenario went, and which exits they took */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TestReport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    tryFlow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TryRequest"];
            };
        };
        responses: {
            /** @description How the run stands */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TryState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    recordTry: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TryRequest"];
            };
        };
        responses: {
            /** @description The scenario, without a name, and what it can expect */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecordedScenario"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The flow */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    updateFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowPatch"];
            };
        };
        responses: {
            /** @description The flow */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    duplicateFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The copy */
            201: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Flow"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getDraft: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The definition */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowDefinition"];
                };
            };
            /** @description Not changed since the ETag in If-None-Match */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    putDraft: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the draft that was changed, or `*` to overwrite whatever is there */
                "If-Match"?: string;
            };
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FlowDefinition"];
            };
        };
        responses: {
            /** @description Stored */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getDraftState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The draft's state */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    publishFlow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Publish only when the draft still has this ETag */
                "If-Match"?: string;
            };
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Publication"];
            };
        };
        responses: {
            /** @description The published version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Published"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listVersions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of versions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
                number: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionDetail"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    restoreVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description Restore only when the draft still has this ETag */
                "If-Match"?: string;
            };
            path: {
                flow_id: components["parameters"]["FlowID"];
                number: components["parameters"]["VersionNumber"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The draft's new state */
            200: {
                headers: {
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftState"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getFlowStats: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
                /** @description Only runs of this version */
                version?: number;
            };
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowStats"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    exportFlow: {
        parameters: {
            query?: {
                version?: number;
            };
            header?: never;
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    "Content-Disposition"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowDefinition"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    startRun: {
        parameters: {
            query?: never;
            header?: {
                "Idempotency-Key"?: string;
            };
            path: {
                flow_id: components["parameters"]["FlowID"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRun"];
            };
        };
        responses: {
            /** @description Started */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    /** @description Set when the key had started the run before */
                    "Idempotent-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunSummary"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listRuns: {
        parameters: {
            query?: {
                /** @description A flow's id */
                flow?: string;
                status?: "waiting" | "completed" | "failed" | "cancelled";
                /** @description A run's id, or the beginning of a recipient's address */
                q?: string;
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run; secret values are masked */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getRunDefinition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The definition */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FlowDefinition"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    cancelRun: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                run_id: components["parameters"]["RunID"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Cancellation"];
            };
        };
        responses: {
            /** @description The cancelled run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunSummary"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listChannels: {
        parameters: {
            query?: {
                /** @description Channels of one type only */
                type?: string;
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of channels, by name */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createChannel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewChannel"];
            };
        };
        responses: {
            /** @description The new channel */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteChannel: {
        parameters: {
            query?: {
                /** @description Do it although published flows use it */
                force?: components["parameters"]["Force"];
            };
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    updateChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelPatch"];
            };
        };
        responses: {
            /** @description The channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    bindChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ChannelBinding"];
            };
        };
        responses: {
            /** @description The bound channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    unbindChannel: {
        parameters: {
            query?: {
                /** @description Do it although published flows use it */
                force?: components["parameters"]["Force"];
            };
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The unbound channel */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    testChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelTest"];
            };
        };
        responses: {
            /** @description The provider accepted the message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelTestResult"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getChannelHealth: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelHealth"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                verdict?: components["schemas"]["WebhookVerdict"];
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of webhooks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
                webhook_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTemplateImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The import; `never` when there was none */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateImport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    importTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The import has begun */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateImport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    cancelTemplateImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                channel_id: components["parameters"]["ChannelID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The import as it ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateImport"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMedia: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                media_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description The part that was asked for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listTemplates: {
        parameters: {
            query?: {
                channel_type?: string;
                /** @description `next_cursor` of the page before */
                cursor?: components["parameters"]["Cursor"];
                /** @description How many at most */
                limit?: components["parameters"]["Limit"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of templates, by slug and language */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewTemplate"];
            };
        };
        responses: {
            /** @description The new template */
            201: {
                headers: {
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: components["parameters"]["TemplateID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: components["parameters"]["TemplateID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    updateTemplate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: components["parameters"]["TemplateID"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplatePatch"];
            };
        };
        responses: {
            /** @description The template */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Template"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPhones: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The phones */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listPhoneMessages: {
        parameters: {
            query?: {
                recipient?: string;
                channel_type?: string;
                /** @description Messages of one run only */
                run?: string;
                /** @description The newest so many messages */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The messages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneMessageList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    clearPhones: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cleared */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    markDelivered: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["PhoneMessageID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneMessage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    markRead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["PhoneMessageID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneMessage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    markFailed: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["PhoneMessageID"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["PhoneFailure"];
            };
        };
        responses: {
            /** @description The message */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneMessage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    replyFromPhone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneReply"];
            };
        };
        responses: {
            /** @description The answer as it shows on the phone */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneMessage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    sendFileFromPhone: {
        parameters: {
            query: {
                /** @description The number of the phone */
                recipient: string;
                channel_type: string;
                /** @description The slug of the channel to write to; the one that wrote last when left out */
                channel?: string;
                type: "image" | "video" | "audio" | "document";
                /** @description What the person calls it */
                filename?: string;
                /** @description The MIME type that the phone names; what the file is decides */
                content_type?: string;
                /** @description A caption */
                text?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description The message as it shows on the phone */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneMessage"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPhoneFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                message_id: components["parameters"]["PhoneMessageID"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            /** @description The part that was asked for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getPhoneRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules; the most exact one counts */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneRules"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    putPhoneRules: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PhoneRules"];
            };
        };
        responses: {
            /** @description The rules as stored */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PhoneRules"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    streamEvents: {
        parameters: {
            query?: never;
            header?: {
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The session, also when nobody is signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    signInDemo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    setUp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetUp"];
            };
        };
        responses: {
            /** @description Created, and signed in */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Changed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    updateWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspacePatch"];
            };
        };
        responses: {
            /** @description The workspace */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    listAPIKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["APIKeyList"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    createAPIKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAPIKey"];
            };
        };
        responses: {
            /** @description The new key */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedAPIKey"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    deleteAPIKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Problem"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Alive */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    verifyHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hook_key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["HookReply"];
            202: components["responses"]["HookReply"];
            /** @description Taken */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["HookReply"];
            default: components["responses"]["Problem"];
        };
    };
    receiveHook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hook_key: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            200: components["responses"]["HookReply"];
            202: components["responses"]["HookReply"];
            /** @description Taken */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            "4XX": components["responses"]["HookReply"];
            default: components["responses"]["Problem"];
        };
    };
}
