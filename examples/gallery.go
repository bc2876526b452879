package examples

// Category is what people look for in the gallery. The editor names it in the
// reader's language.
type Category string

// The categories of the gallery.
const (
	Security     Category = "security"
	Orders       Category = "orders"
	Appointments Category = "appointments"
	Payments     Category = "payments"
	Marketing    Category = "marketing"
	Service      Category = "service"
	Feedback     Category = "feedback"
)

// Template is a template that a flow of the gallery refers to, as it could be
// submitted for approval. With it the flow can be tried in a new workspace.
type Template struct {
	Slug, Name, ChannelType, Language string
	// Category is WhatsApp's: authentication, utility or marketing.
	Category string
	// Text has {{1}}, {{2}} … where the parameters go.
	Text string
}

// Entry is one flow of the gallery.
type Entry struct {
	Example
	Categories []Category
	// Templates are all that the flow refers to.
	Templates []Template
}

// Gallery lists the examples in the order in which people are shown them: what
// most begin with comes first.
func Gallery() []Entry {
	return []Entry{
		entry(otp, []Template{otpTemplate()}, Security),
		entry("delivery-notice", []Template{whatsApp("delivery_today", "Delivery today", "utility", "Hello {{1}}, your parcel {{2}} arrives today, {{3}}. Follow it here: {{4}} Thank you for your order.")}, Orders),
		entry("appointment-reminder", []Template{whatsApp("appointment_reminder", "Appointment reminder", "utility", "Hello {{1}}, this is {{2}}. Your appointment is at {{3}}. To move it, please call us.")}, Appointments),
		entry("order-update", nil, Orders),
		entry("abandoned-cart", []Template{
			whatsApp("cart_reminder", "Cart reminder", "marketing", "Hello {{1}}, your cart is still there for you: {{2}} Reply STOP for no more reminders."),
			inLanguage("zh_CN", whatsApp("cart_reminder", "购物车提醒", "marketing", "{{1}},您好!您的购物车还为您保留着:{{2}} 回复“停止”即可不再接收提醒。")), //nolint:gosmopolitan // A template in Chinese is written in Chinese.
		}, Marketing, Orders),
		entry("event-invitation", []Template{whatsApp("event_invitation", "Event invitation", "marketing", "Hello {{1}}, we invite you to {{2}} on {{3}} at {{4}}. Do you come? Answer YES or NO.")}, Appointments, Marketing),
		entry("payment-reminder", []Template{whatsApp("payment_due", "Payment due", "utility", "Hello {{1}}, invoice {{2}} over {{3}} is due on {{4}}. You can pay here: {{5}} Paid already? Then please ignore this message.")}, Payments),
		entry("otp-with-resend", []Template{otpTemplate()}, Security),
		entry("login-alert", []Template{whatsApp("login_alert", "Login alert", "utility", "There was a new sign-in to your account from {{1}} in {{2}}. Was it not you? Secure your account here: {{3}} Was it you? Then there is nothing to do.")}, Security),
		entry("password-reset", []Template{whatsApp("password_reset", "Password reset", "utility", "Somebody asked to reset your password. Was it you? Then open this link within 15 minutes: {{1}} Otherwise there is nothing to do.")}, Security),
		entry("flash-sale", []Template{whatsApp("sale_early", "Early access to the sale", "marketing", "Hello {{1}}, our sale is open for you two hours before everybody else: {{2}} Reply STOP for no more offers.")}, Marketing),
		entry("satisfaction-survey", []Template{whatsApp("order_rating", "Order rating", "marketing", "Hello {{1}}, how did you like order {{2}}? Answer with a number from 1 (bad) to 5 (very good).")}, Feedback, Orders),
		entry("service-outage", []Template{whatsApp("service_notice", "Service notice", "utility", "{{1}} is not available at present. We are working on it. News: {{2}} Thank you for your patience.")}, Service),
	}
}

func entry(name string, templates []Template, categories ...Category) Entry {
	return Entry{Example: Example{Name: name, Definition: read(name + ".json")}, Categories: categories, Templates: templates}
}

func whatsApp(slug, name, category, text string) Template {
	return Template{Slug: slug, Name: name, ChannelType: "whatsapp", Language: "en", Category: category, Text: text}
}

func inLanguage(language string, t Template) Template {
	t.Language = language
	return t
}

// otpTemplate is the one that the demo has.
func otpTemplate() Template {
	return whatsApp("otp", "One-time password", "authentication", "Your one-time password is: {{1}} The password is valid for 10 minutes. Please do not tell anyone the password to avoid losses.")
}
